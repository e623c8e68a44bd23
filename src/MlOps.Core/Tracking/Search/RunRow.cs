using System.Text.Json;
using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Provides the values of a run to filters. One object is reused for all rows to reduce allocations.</summary>
/// <param name="experiment">The name of the experiment.</param>
/// <param name="now">The current time, which determines the duration of runs in progress.</param>
internal sealed class RunRow(string experiment, DateTimeOffset now) : IFilterSubject
{
    private readonly double _now = RunColumns.ToNumber(now)!.Value;
    private readonly List<(FilterScope Scope, string Key, NumberColumn Numbers, TextColumn Texts)> _columns = [];
    private RunTable _table = RunTable.Empty;
    private RunState? _fullState;
    private int _row;

    /// <summary>Gets a value indicating whether the comparison requires full texts that were not passed to <see cref="At"/>.</summary>
    public bool NeedsFullText { get; private set; }

    /// <summary>Gets the keys of runs. Some attributes also have the name that MLflow uses.</summary>
    public static FilterSchema Schema { get; } = new(
        new Dictionary<string, FilterType>
        {
            ["id"] = FilterType.Text,
            ["run_id"] = FilterType.Text,
            ["name"] = FilterType.Text,
            ["run_name"] = FilterType.Text,
            ["experiment"] = FilterType.Text,
            ["status"] = FilterType.Text,
            ["actor"] = FilterType.Text,
            ["author"] = FilterType.Text,
            ["user_id"] = FilterType.Text,
            ["started"] = FilterType.Time,
            ["start_time"] = FilterType.Time,
            ["ended"] = FilterType.Time,
            ["end_time"] = FilterType.Time,
            ["duration"] = FilterType.Number,
            ["parent_id"] = FilterType.Text,
            ["git_commit"] = FilterType.Text,
            ["note"] = FilterType.Text,
            ["seed"] = FilterType.Number,
            ["artifact_count"] = FilterType.Number,
        },
        HasMetricExtremes: true);

    /// <summary>Moves to a row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">The row.</param>
    /// <param name="fullState">The state in the log with full texts; <see langword="null"/> if the log was not read.</param>
    public RunRow At(RunTable table, int row, RunState? fullState = null)
    {
        (_fullState, NeedsFullText) = (fullState, false);
        if (_table != table)
        {
            _table = table;
            _columns.Clear();
        }

        _row = row;
        return this;
    }

    public IEnumerable<FilterValue> Find(FilterScope scope, string key)
    {
        switch (scope, key)
        {
            case (FilterScope.Attribute, "id" or "run_id"):
                return [new FilterValue(_table.IdOf(_row))];
            case (FilterScope.Attribute, "experiment"):
                return [new FilterValue(experiment)];
            case (FilterScope.Attribute, "status"):
                return FindStatus();
            case (FilterScope.Attribute, "ended" or "end_time"):
                return _table.Numbers(RunColumns.Ended).TryGet(_row, out var end) ? [new FilterValue(Math.Floor(end / 1000))] : [];
            case (FilterScope.Attribute, "duration"):
                var until = _table.Numbers(RunColumns.Ended).TryGet(_row, out var last) ? last : _now;
                return [new FilterValue((until - _table.Numbers(RunColumns.Started).Values[_row]) / TimeSpan.MicrosecondsPerSecond)];
            case (FilterScope.Dataset, _):
                return FindDatasets(key);
        }

        var value = FindInColumn(scope, key);
        if (value is null && scope == FilterScope.Tag && MlflowAttribute(key) is { } attribute)
        {
            value = FindInColumn(FilterScope.Attribute, attribute);
        }

        return value is { } found ? [found] : [];
    }

    /// <summary>Gets the value of an ordering key; <see langword="null"/> if the run has none.</summary>
    public FilterValue? FindFirst(FilterOrder order)
    {
        foreach (var value in Find(order.Scope, order.Key))
        {
            return value;
        }

        return null;
    }

    private static bool IsTime(FilterScope scope, string key) => scope == FilterScope.Attribute && Schema.Attributes[key] == FilterType.Time;

    /// <summary>Gets the attribute that corresponds to a reserved tag of MLflow.</summary>
    private static string? MlflowAttribute(string tag) => tag switch
    {
        "mlflow.runName" => "name",
        "mlflow.user" => "actor",
        "mlflow.parentRunId" => "parent_id",
        "mlflow.source.git.commit" => "git_commit",
        "mlflow.note.content" => "note",
        _ => null,
    };

    private static string NameOf(FilterScope scope, string key) => scope switch
    {
        FilterScope.Metric => RunColumns.Metric + key,
        FilterScope.MetricMinimum => RunColumns.MetricMinimum + key,
        FilterScope.MetricMaximum => RunColumns.MetricMaximum + key,
        FilterScope.MetricMinimumStep => RunColumns.MetricMinimumStep + key,
        FilterScope.MetricMaximumStep => RunColumns.MetricMaximumStep + key,
        FilterScope.Parameter => RunColumns.Parameter + key,
        FilterScope.Tag => RunColumns.Tag + key,
        _ => key switch
        {
            "run_name" => RunColumns.Name,
            "actor" or "user_id" => RunColumns.Actor,
            "start_time" => RunColumns.Started,
            "parent_id" => RunColumns.ParentId,
            "git_commit" => RunColumns.GitCommit,
            "artifact_count" => RunColumns.ArtifactCount,
            _ => key,
        },
    };

    private FilterValue? FindInColumn(FilterScope scope, string key)
    {
        var columns = FindColumns(scope, key);
        return columns.Numbers.TryGet(_row, out var number) ? new FilterValue(IsTime(scope, key) ? Math.Floor(number / 1000) : number)
            : columns.Texts.Find(_row) is not (var place and >= 0) ? null
            : columns.Texts.HasShortened && LongText.IsShortened(columns.Texts.Texts[place]) ? FindFullText(scope, key, columns.Texts.Texts[place])
            : columns.Texts.FilterValues[place];
    }

    /// <summary>Finds the columns of a key. Filters pass the same string object for the same key, so keys are compared by
    /// reference.</summary>
    private (FilterScope Scope, string Key, NumberColumn Numbers, TextColumn Texts) FindColumns(FilterScope scope, string key)
    {
        foreach (var known in _columns)
        {
            if (known.Scope == scope && ReferenceEquals(known.Key, key))
            {
                return known;
            }
        }

        var name = NameOf(scope, key);
        var found = (scope, key, _table.Numbers(name), _table.Texts(name));
        _columns.Add(found);
        return found;
    }

    private FilterValue? FindFullText(FilterScope scope, string key, string shortened)
    {
        if (_fullState is null)
        {
            return FilterValue.Shortened(
                shortened, LongText.IsMaybeNumber(shortened), text => LongText.IsMaybeEqual(shortened, text), () => NeedsFullText = true);
        }

        var text = scope switch
        {
            FilterScope.Parameter => _fullState.Parameters.GetValueOrDefault(key),
            FilterScope.Tag => _fullState.Tags.GetValueOrDefault(key),
            _ => _fullState.Note, // the other attributes are not shortened
        };
        return text is null ? null : new FilterValue(text);
    }

    /// <summary>Gets the values of the status: in lowercase, and as MLflow writes the status.</summary>
    private FilterValue[] FindStatus()
    {
        var text = _table.Texts(RunColumns.Status).FindText(_row)!;
        var states = text == RunColumns.ToText(RunStatus.Interrupted) ? new[] { text, "INTERRUPTED", "KILLED" } : [text, text.ToUpperInvariant()];
        return Array.ConvertAll(states, static state => new FilterValue(state));
    }

    private IEnumerable<FilterValue> FindDatasets(string name)
    {
        for (var index = 0; ; index++)
        {
            var column = RunColumns.Dataset + index.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (_table.Texts(column).FindText(_row) is not { } json)
            {
                yield break;
            }

            if (JsonSerializer.Deserialize(json, TrackingJson.Default.RunDataset) is { } dataset && dataset.Name == name && dataset.Version is { } version)
            {
                yield return new FilterValue(version);
            }
        }
    }
}
