using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>What runs have in common, and in what they differ.</summary>
/// <remarks>Immutable and thread-safe. Names and values that strangers chose are escaped in every export.</remarks>
public sealed class RunComparison
{
    internal RunComparison(IReadOnlyList<Run> runs, IReadOnlyList<MetricHistory> histories)
    {
        Runs = runs;
        Histories = histories;
        Attributes = RunAttributes.Compare(runs);
        Parameters = Compare(runs, static run => run.Parameters, static value => (string?)value);
        Metrics = Compare(runs, static run => run.Metrics, static value => (double?)value);
        Tags = Compare(runs, static run => run.Tags, static value => (string?)value);
        Datasets = Compare(runs, RunAttributes.DescribeDatasets, static value => value);
    }

    /// <summary>Gets the runs, in the order in which they were asked for.</summary>
    public IReadOnlyList<Run> Runs { get; }

    /// <summary>Gets what every run has: experiment, status, author, start, duration, seed, commit.</summary>
    public IReadOnlyList<ComparedValues<string?>> Attributes { get; }

    /// <summary>Gets the parameters, in the order of their names.</summary>
    public IReadOnlyList<ComparedValues<string?>> Parameters { get; }

    /// <summary>Gets the last values of the metrics, in the order of their names.</summary>
    public IReadOnlyList<ComparedValues<double?>> Metrics { get; }

    /// <summary>Gets the tags, in the order of their names.</summary>
    public IReadOnlyList<ComparedValues<string?>> Tags { get; }

    /// <summary>Gets the data that was used, by its name and what for; a value is the version, or else what identifies the bytes.</summary>
    public IReadOnlyList<ComparedValues<string?>> Datasets { get; }

    /// <summary>Gets the metrics of which a run has more than one value, in the order of their names.</summary>
    public IReadOnlyList<MetricHistory> Histories { get; }

    /// <summary>Writes everything but the histories as comma-separated values: a row for each name, a column for each run.</summary>
    /// <returns>The text; <see cref="CsvTable"/> says how it is safe in a spreadsheet.</returns>
    public string ToCsv() => ComparisonCsv.Write(this);

    /// <summary>Writes the histories as comma-separated values: a row for each step of each metric, a column for each run.</summary>
    /// <returns>The text; <see cref="CsvTable"/> says how it is safe in a spreadsheet.</returns>
    public string ToHistoryCsv() => ComparisonCsv.WriteHistories(this);

    /// <summary>Writes everything as JSON. NaN and the infinities are texts.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => ComparisonDocument.Write(this);

    /// <summary>Writes everything but the histories as Markdown: tables of what differs, then of what is the same.</summary>
    /// <returns>The text.</returns>
    public string ToMarkdown() => ComparisonMarkdown.Write(this);

    /// <summary>Writes everything as a page with curves, which needs no network and runs no script.</summary>
    /// <returns>The whole file.</returns>
    public string ToHtml() => ComparisonHtml.Write(this);

    private static ComparedValues<TShown>[] Compare<TValue, TShown>(
        IReadOnlyList<Run> runs, Func<Run, IReadOnlyDictionary<string, TValue>> valuesOf, Func<TValue, TShown> show) =>
    [
        .. runs.SelectMany(run => valuesOf(run).Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            new ComparedValues<TShown>(name, [.. runs.Select(run => valuesOf(run).TryGetValue(name, out var value) ? show(value) : default!)])),
    ];
}
