using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>The differences of runs, and their common values.</summary>
/// <remarks>Immutable and thread-safe. Names and values are escaped in every export.</remarks>
public sealed class RunComparison
{
    private readonly IReadOnlyDictionary<string, MetricDirection>? _directions;

    internal RunComparison(IReadOnlyList<Run> runs, IReadOnlyList<MetricHistory> histories, IReadOnlyDictionary<string, MetricDirection>? directions = null)
    {
        _directions = directions;
        Runs = runs;
        Headings = RunHeadings.Of(runs);
        Histories = [.. histories.OrderBy(static history => GroupOf(history.Metric))];
        Attributes = RunAttributes.Compare(runs);
        Parameters = Compare(runs, static run => run.Parameters, static value => (string?)value);
        Metrics = [.. Compare(runs, static run => run.Metrics, static value => (double?)value).OrderBy(static metric => GroupOf(metric.Name))];
        Tags = Compare(runs, static run => run.Tags, static value => (string?)value);
        Datasets = Compare(runs, RunAttributes.DescribeDatasets, static value => value);
    }

    /// <summary>Gets the runs, in the order in which they were asked for.</summary>
    public IReadOnlyList<Run> Runs { get; }

    /// <summary>Gets the properties that every run has: experiment, status, actor, start, duration, seed, commit.</summary>
    public IReadOnlyList<ComparedValues<string?>> Attributes { get; }

    /// <summary>Gets the parameters, in the order of their names.</summary>
    public IReadOnlyList<ComparedValues<string?>> Parameters { get; }

    /// <summary>Gets the last values of the metrics, in the order of their names. Metrics named <c>workflow/…</c> and then <c>system/…</c> come last.</summary>
    public IReadOnlyList<ComparedValues<double?>> Metrics { get; }

    /// <summary>Gets the tags, in the order of their names.</summary>
    public IReadOnlyList<ComparedValues<string?>> Tags { get; }

    /// <summary>Gets the data that was used, by its name and purpose. A value is the version, or else the digest or the source.</summary>
    public IReadOnlyList<ComparedValues<string?>> Datasets { get; }

    /// <summary>Gets the histories of the metrics of which a run has more than one value, in the order of <see cref="Metrics"/>.</summary>
    public IReadOnlyList<MetricHistory> Histories { get; }

    /// <summary>Gets for each run its name and the end of its identifier, which together are unique in the comparison.</summary>
    internal IReadOnlyList<string> Headings { get; }

    /// <summary>Writes everything but the histories as comma-separated values: a row for each name, a column for each run.</summary>
    /// <returns>The text, safe in a spreadsheet as <see cref="CsvTable"/> describes.</returns>
    public string ToCsv() => ComparisonCsv.Write(this);

    /// <summary>Writes the histories as comma-separated values: a row for each row of each history, a column for each run.</summary>
    /// <remarks>
    /// The column <c>steps_per_row</c> is 1 if the history is complete. Otherwise the history was thinned, and a row stands for that number of steps, as
    /// <see cref="MetricHistory.StepsPerRow"/> describes. <see cref="RunComparisonExtensions.WriteMetricsCsvAsync"/> writes all values.
    /// </remarks>
    /// <returns>The text, safe in a spreadsheet as <see cref="CsvTable"/> describes.</returns>
    public string ToHistoryCsv() => ComparisonCsv.WriteHistories(this);

    /// <summary>Writes everything as JSON.</summary>
    /// <remarks>
    /// NaN and the infinities are texts. A history that was thinned has <c>"isThinned": true</c>, the number of steps that a row stands for, and the extremes
    /// of
    /// each row.
    /// </remarks>
    /// <returns>The text.</returns>
    public string ToJson() => ComparisonDocument.Write(this);

    /// <summary>Writes everything but the histories as Markdown: tables of what differs, then of what is the same.</summary>
    /// <returns>The text.</returns>
    public string ToMarkdown() => ComparisonMarkdown.Write(this);

    /// <summary>Writes everything as a page with a row for each run and a chart for each history. The page needs no network and runs no script.</summary>
    /// <returns>The whole file.</returns>
    public string ToHtml() => ComparisonPage.Write(this);

    /// <summary>Finds whether lower or higher values of a metric are better: as the caller specified, or as the name of the metric implies.</summary>
    internal MetricDirection? DirectionOf(string metric) =>
        _directions is null ? MetricDirections.Infer(metric)
        : _directions.TryGetValue(metric, out var direction) || _directions.TryGetValue(metric.Split('{')[0], out direction) ? direction
        : MetricDirections.Infer(metric);

    /// <summary>Finds the given directions that no metric of the runs has, such as those with a typing error.</summary>
    internal IEnumerable<string> FindUnusedDirections() => (_directions?.Keys ?? [])
        .Where(name => !Metrics.Any(metric => metric.Name == name || metric.Name.Split('{')[0] == name)).Order(StringComparer.Ordinal);

    /// <summary>Finds the runs with the best last value of a metric.</summary>
    /// <returns>A value for each run. All are <see langword="false"/> if the metric has no direction, or if the runs have no different values.</returns>
    internal bool[] FindBest(ComparedValues<double?> metric)
    {
        var finite = metric.Values.OfType<double>().Where(double.IsFinite).ToArray();
        if (DirectionOf(metric.Name) is not { } direction || finite.Length == 0 || metric.Values.OfType<double>().Distinct().Count() < 2)
        {
            return new bool[metric.Values.Count];
        }

        var best = direction == MetricDirection.Minimize ? finite.Min() : finite.Max();
        return [.. metric.Values.Select(value => value == best)];
    }

    /// <summary>Gets the place of a metric: metrics of training, then of workflows, then of the system.</summary>
    internal static int GroupOf(string metric) =>
        metric.StartsWith("system/", StringComparison.Ordinal) ? 2 : metric.StartsWith("workflow/", StringComparison.Ordinal) ? 1 : 0;

    private static ComparedValues<TShown>[] Compare<TValue, TShown>(
        IReadOnlyList<Run> runs, Func<Run, IReadOnlyDictionary<string, TValue>> valuesOf, Func<TValue, TShown> show) =>
    [
        .. runs.SelectMany(run => valuesOf(run).Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            new ComparedValues<TShown>(name, [.. runs.Select(run => valuesOf(run).TryGetValue(name, out var value) ? show(value) : default!)])),
    ];
}
