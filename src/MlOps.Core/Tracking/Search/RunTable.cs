using System.Globalization;
using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>An in-memory table of runs, stored by column.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class RunTable
{
    /// <summary>The length of a stored text above which the texts of a table are shortened. It exceeds the length of the JSON of any
    /// shortened text.</summary>
    private const int MaxStoredLength = 4 * LongText.MaxLength;

    private static readonly NumberColumn s_noNumbers = new() { Rows = [], Values = [] };
    private static readonly TextColumn s_noTexts = new() { Rows = [], Texts = [], Values = [] };

    private readonly RunTableDocument _document;

    /// <summary>Initializes a new instance of the <see cref="RunTable"/> class, and shortens the long texts that earlier versions of the
    /// library stored.</summary>
    public RunTable(RunTableDocument document)
    {
        _document = document;
        RedundantColumns.Restore(document.Numbers);
        if (document.Texts.Values.Any(static column => Array.Exists(column.Texts, static text => text.Length > MaxStoredLength)))
        {
            _document = RunTableBuilder.Build(Enumerable.Range(0, Count).Select(row => ToSummary(row).WithShortTexts()).ToList());
            RedundantColumns.Restore(_document.Numbers);
        }
    }

    public static RunTable Empty { get; } = new(RunTableBuilder.Build([]));

    public int Count => _document.Ids.Length;

    public string IdOf(int row) => _document.Ids[row];

    public long SequenceOf(int row) => (long)Numbers(RunColumns.Sequence).Values[row];

    /// <summary>Gets a column of numbers, which is empty if no run has a value.</summary>
    public NumberColumn Numbers(string key) => _document.Numbers.GetValueOrDefault(key, s_noNumbers);

    /// <summary>Gets a column of texts, which is empty if no run has a value.</summary>
    public TextColumn Texts(string key) => _document.Texts.GetValueOrDefault(key, s_noTexts);

    /// <summary>Converts a row to the summary from which it was created.</summary>
    public RunSummary ToSummary(int row)
    {
        var state = new RunState
        {
            Name = Text(RunColumns.Name)!,
            Actor = Text(RunColumns.Actor)!,
            Status = RunColumns.ToStatus(Text(RunColumns.Status)!),
            Started = Time(RunColumns.Started)!.Value,
            Ended = Time(RunColumns.Ended),
            ParentId = Text(RunColumns.ParentId),
            Seed = (int)(Number(RunColumns.Seed) ?? 0),
            GitCommit = Text(RunColumns.GitCommit),
            Environment = Text(RunColumns.Environment) is { } digest ? Sha256Digest.Parse(digest) : null,
            Note = Text(RunColumns.Note),
            IsDeleted = Number(RunColumns.IsDeleted) is not null,
            IsShared = Number(RunColumns.IsShared) is not null,
            IsPurged = Number(RunColumns.IsPurged) is not null,
            Resources = Number(RunColumns.PeakMemory) is { } memory
                ? new RunResources((long)memory, new TimeSpan((long)(Number(RunColumns.CpuTime) ?? 0)))
                : null,
            Failure = Text(RunColumns.Failure) is { } failure ? JsonSerializer.Deserialize(failure, TrackingJson.Default.RunFailure) : null,
            Datasets = [.. ReadDatasets(row)],
        };
        return new RunSummary
        {
            Format = _document.Format,
            Id = IdOf(row),
            Sequence = SequenceOf(row),
            State = state with
            {
                Metrics = state.Metrics.AddRange(Below(_document.Numbers, RunColumns.Metric).Where(column => column.Value.TryGet(row, out _))
                    .Select(column => KeyValuePair.Create(column.Key, column.Value.TryGet(row, out var value) ? value : default))),
                MetricSummaries = state.MetricSummaries.AddRange(ReadSummaries(row)),
                Parameters = state.Parameters.AddRange(ReadTexts(RunColumns.Parameter, row)),
                Tags = state.Tags.AddRange(ReadTexts(RunColumns.Tag, row)),
            },
            ArtifactCount = (int)(Number(RunColumns.ArtifactCount) ?? 0),
            AliveUntil = Time(RunColumns.AliveUntil),
            Time = Time(RunColumns.Written)!.Value,
        };

        string? Text(string key) => Texts(key).FindText(row);
        double? Number(string key) => Numbers(key).TryGet(row, out var value) ? value : null;
        DateTimeOffset? Time(string key) => Number(key) is { } number ? RunColumns.ToTime(number) : null;
    }

    private IEnumerable<KeyValuePair<string, MetricSummary>> ReadSummaries(int row)
    {
        foreach (var (name, times) in Below(_document.Numbers, RunColumns.MetricTime))
        {
            if (times.TryGet(row, out var time))
            {
                yield return KeyValuePair.Create(name, new MetricSummary
                {
                    Last = Find(RunColumns.Metric) ?? double.NaN,
                    LastStep = (long?)Find(RunColumns.MetricStep),
                    LastTime = RunColumns.ToTime(time),
                    Minimum = Find(RunColumns.MetricMinimum),
                    MinimumStep = (long?)Find(RunColumns.MetricMinimumStep),
                    Maximum = Find(RunColumns.MetricMaximum),
                    MaximumStep = (long?)Find(RunColumns.MetricMaximumStep),
                });
            }

            double? Find(string prefix) => Numbers(prefix + name).TryGet(row, out var value) ? value : null;
        }
    }

    private IEnumerable<RunDataset> ReadDatasets(int row)
    {
        for (var index = 0; Texts(RunColumns.Dataset + index.ToString(CultureInfo.InvariantCulture)).FindText(row) is { } json; index++)
        {
            yield return JsonSerializer.Deserialize(json, TrackingJson.Default.RunDataset)!;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> ReadTexts(string prefix, int row) =>
        from column in Below(_document.Texts, prefix)
        let text = column.Value.FindText(row)
        where text is not null
        select KeyValuePair.Create(column.Key, text);

    private static IEnumerable<KeyValuePair<string, T>> Below<T>(Dictionary<string, T> columns, string prefix) => columns
        .Where(column => column.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(column => KeyValuePair.Create(column.Key[prefix.Length..], column.Value));
}
