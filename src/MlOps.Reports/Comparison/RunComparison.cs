using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>The differences and common values of several runs.</summary>
/// <remarks>Instances are immutable and thread-safe. Every export escapes names and values.</remarks>
/// <example>
/// <code>
/// var comparison = await tracker.CompareAsync([first.Id, second.Id]);
/// await File.WriteAllTextAsync("comparison.html", comparison.ToHtml());
/// foreach (var parameter in comparison.Parameters.Where(parameter => parameter.Differs))
/// {
///     Console.WriteLine($"{parameter.Name}: {string.Join(" | ", parameter.Values)}");
/// }
/// </code>
/// </example>
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

    /// <summary>Gets the runs in the order in which they were requested.</summary>
    public IReadOnlyList<Run> Runs { get; }

    /// <summary>Gets the attributes that every run has: experiment, status, actor, start, duration, seed and commit.</summary>
    public IReadOnlyList<ComparedValues<string?>> Attributes { get; }

    /// <summary>Gets the parameters, sorted by name.</summary>
    public IReadOnlyList<ComparedValues<string?>> Parameters { get; }

    /// <summary>Gets the last values of the metrics, sorted by name. Metrics named <c>workflow/…</c> and then <c>system/…</c> are at the end.</summary>
    public IReadOnlyList<ComparedValues<double?>> Metrics { get; }

    /// <summary>Gets the tags, sorted by name.</summary>
    public IReadOnlyList<ComparedValues<string?>> Tags { get; }

    /// <summary>Gets the datasets by name and purpose. A value is the version, or else the digest or the source.</summary>
    public IReadOnlyList<ComparedValues<string?>> Datasets { get; }

    /// <summary>Gets the histories of the metrics for which a run has more than one value, in the order of <see cref="Metrics"/>.</summary>
    public IReadOnlyList<MetricHistory> Histories { get; }

    /// <summary>Gets the heading of each run: its name and the end of its identifier. Headings are unique in the comparison.</summary>
    internal IReadOnlyList<string> Headings { get; }

    /// <summary>Exports everything except the histories as comma-separated values, with a row for each name and a column for each run.</summary>
    /// <returns>The comma-separated values. They are safe in a spreadsheet; see <see cref="CsvTable"/>.</returns>
    public string ToCsv() => ComparisonCsv.Write(this);

    /// <summary>Exports the histories as comma-separated values, with a row for each row of a history and a column for each run.</summary>
    /// <remarks>
    /// The column <c>steps_per_row</c> contains <see cref="MetricHistory.StepsPerRow"/>, which is 1 if the history is not thinned.
    /// <see cref="RunComparisonExtensions.WriteMetricsCsvAsync"/> exports all values.
    /// </remarks>
    /// <returns>The comma-separated values. They are safe in a spreadsheet; see <see cref="CsvTable"/>.</returns>
    public string ToHistoryCsv() => ComparisonCsv.WriteHistories(this);

    /// <summary>Exports everything as JSON.</summary>
    /// <remarks>
    /// NaN and infinities are strings. A thinned history has <c>"isThinned": true</c>, the number of steps in a row, and the minimum and the maximum of each
    /// row.
    /// </remarks>
    /// <returns>The JSON document.</returns>
    public string ToJson() => ComparisonDocument.Write(this);

    /// <summary>Exports everything except the histories as Markdown: first the tables of the differences, then those of the common values.</summary>
    /// <returns>The Markdown document.</returns>
    public string ToMarkdown() => ComparisonMarkdown.Write(this);

    /// <summary>Exports everything as an HTML page with a row for each run and a chart for each history.</summary>
    /// <returns>The HTML document, which is self-contained and has no scripts.</returns>
    public string ToHtml() => ComparisonPage.Write(this);

    /// <summary>Gets the direction of a metric that the caller specified, or else infers it from the name of the metric.</summary>
    internal MetricDirection? DirectionOf(string metric) =>
        _directions is null ? MetricDirections.Infer(metric)
        : _directions.TryGetValue(metric, out var direction) || _directions.TryGetValue(metric.Split('{')[0], out direction) ? direction
        : MetricDirections.Infer(metric);

    /// <summary>Finds the metrics for which the caller specified a direction but that no run has, for example because of a typing error.</summary>
    internal IEnumerable<string> FindUnusedDirections() => (_directions?.Keys ?? [])
        .Where(name => !Metrics.Any(metric => metric.Name == name || metric.Name.Split('{')[0] == name)).Order(StringComparer.Ordinal);

    /// <summary>Finds the runs with the best last value of a metric.</summary>
    /// <returns>A value for each run. All values are <see langword="false"/> if the metric has no direction, or if the runs have the same value.</returns>
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

    /// <summary>Gets the sort group of a metric: 0 for training, 1 for workflows, 2 for the system.</summary>
    internal static int GroupOf(string metric) =>
        metric.StartsWith("system/", StringComparison.Ordinal) ? 2 : metric.StartsWith("workflow/", StringComparison.Ordinal) ? 1 : 0;

    private static ComparedValues<TShown>[] Compare<TValue, TShown>(
        IReadOnlyList<Run> runs, Func<Run, IReadOnlyDictionary<string, TValue>> valuesOf, Func<TValue, TShown> show) =>
    [
        .. runs.SelectMany(run => valuesOf(run).Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            new ComparedValues<TShown>(name, [.. runs.Select(run => valuesOf(run).TryGetValue(name, out var value) ? show(value) : default!)])),
    ];
}
