using System.Globalization;
using System.Text.Json;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>Builds tables of runs.</summary>
internal sealed class RunTableBuilder
{
    private readonly List<string> _ids = [];
    private readonly Dictionary<string, (List<int> Rows, List<double> Values)> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (List<int> Rows, List<int> Values, Dictionary<string, int> Texts)> _texts = new(StringComparer.Ordinal);

    /// <summary>Builds a table that contains the runs in the given order.</summary>
    public static RunTableDocument Build(IEnumerable<RunSummary> runs)
    {
        var builder = new RunTableBuilder();
        foreach (var run in runs)
        {
            builder.Add(run);
        }

        var numbers = builder._numbers.ToDictionary(
            static column => column.Key, column => new NumberColumn { Rows = builder.RowsOf(column.Value.Rows), Values = [.. column.Value.Values] });
        RedundantColumns.Remove(numbers);
        return new RunTableDocument
        {
            Format = StoredDocument.Format,
            Ids = [.. builder._ids],
            Numbers = numbers,
            Texts = builder._texts.ToDictionary(
                static column => column.Key,
                column => new TextColumn { Rows = builder.RowsOf(column.Value.Rows), Texts = [.. column.Value.Texts.Keys], Values = [.. column.Value.Values] }),
        };
    }

    private int[]? RowsOf(List<int> rows) => rows.Count == _ids.Count ? null : [.. rows];

    private void Add(RunSummary run)
    {
        var state = run.State;
        Add(RunColumns.Sequence, run.Sequence);
        Add(RunColumns.Written, RunColumns.ToNumber(run.Time));
        Add(RunColumns.AliveUntil, RunColumns.ToNumber(run.AliveUntil));
        Add(RunColumns.Name, state.Name);
        Add(RunColumns.Actor, state.Actor);
        Add(RunColumns.Status, RunColumns.ToText(state.Status));
        Add(RunColumns.Started, RunColumns.ToNumber(state.Started));
        Add(RunColumns.Ended, RunColumns.ToNumber(state.Ended));
        Add(RunColumns.ParentId, state.ParentId);
        Add(RunColumns.Seed, state.Seed);
        Add(RunColumns.GitCommit, state.GitCommit);
        Add(RunColumns.Environment, state.Environment?.ToString());
        Add(RunColumns.Note, state.Note);
        Add(RunColumns.IsDeleted, state.IsDeleted ? 1 : null);
        Add(RunColumns.IsShared, state.IsShared ? 1 : null);
        Add(RunColumns.IsPurged, state.IsPurged ? 1 : null);
        Add(RunColumns.ArtifactCount, run.ArtifactCount);
        Add(RunColumns.PeakMemory, state.Resources?.PeakMemory);
        Add(RunColumns.CpuTime, state.Resources?.CpuTime.Ticks);
        Add(RunColumns.Failure, state.Failure is null ? null : JsonSerializer.Serialize(state.Failure, TrackingJson.Default.RunFailure));
        foreach (var (index, dataset) in state.Datasets.Index())
        {
            Add(RunColumns.Dataset + index.ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(dataset, TrackingJson.Default.RunDataset));
        }

        foreach (var (name, value) in state.Metrics)
        {
            Add(RunColumns.Metric + name, value);
        }

        foreach (var (name, summary) in state.MetricSummaries)
        {
            Add(RunColumns.MetricStep + name, summary.LastStep);
            Add(RunColumns.MetricTime + name, RunColumns.ToNumber(summary.LastTime));
            Add(RunColumns.MetricMinimum + name, summary.Minimum);
            Add(RunColumns.MetricMinimumStep + name, summary.MinimumStep);
            Add(RunColumns.MetricMaximum + name, summary.Maximum);
            Add(RunColumns.MetricMaximumStep + name, summary.MaximumStep);
        }

        foreach (var (name, value) in state.Parameters)
        {
            Add(RunColumns.Parameter + name, value);
        }

        foreach (var (name, value) in state.Tags)
        {
            Add(RunColumns.Tag + name, value);
        }

        _ids.Add(run.Id);
    }

    private void Add(string key, double? number)
    {
        if (number is { } value)
        {
            if (!_numbers.TryGetValue(key, out var column))
            {
                _numbers[key] = column = ([], []);
            }

            column.Rows.Add(_ids.Count);
            column.Values.Add(value);
        }
    }

    private void Add(string key, string? text)
    {
        if (text is not null)
        {
            if (!_texts.TryGetValue(key, out var column))
            {
                _texts[key] = column = ([], [], new Dictionary<string, int>(StringComparer.Ordinal));
            }

            if (!column.Texts.TryGetValue(text, out var place))
            {
                column.Texts[text] = place = column.Texts.Count;
            }

            column.Rows.Add(_ids.Count);
            column.Values.Add(place);
        }
    }
}
