using System.Globalization;

namespace MlOps.Reports;

/// <summary>Lists the tables of a comparison, for exports that show all of them in the same way.</summary>
internal static class ComparisonTables
{
    /// <summary>Gets the tables with the names of their kinds. All values are texts for programs: exact numbers, and durations as <c>00:03:12</c>.</summary>
    public static IEnumerable<(string Kind, IReadOnlyList<ComparedValues<string?>> Rows)> Exact(RunComparison comparison) =>
        Of(comparison, comparison.Attributes, CsvTable.Text);

    /// <summary>Gets the tables with the names of their kinds. All values are texts for people.</summary>
    public static IEnumerable<(string Kind, IReadOnlyList<ComparedValues<string?>> Rows)> Shown(RunComparison comparison) =>
        Of(comparison, [.. comparison.Attributes.Select(static row => row.Name == RunAttributes.Duration ? row.Convert(ShowDuration) : row)], ShownText.Number);

    private static (string Kind, IReadOnlyList<ComparedValues<string?>> Rows)[] Of(
        RunComparison comparison, IReadOnlyList<ComparedValues<string?>> attributes, Func<double, string> format) =>
    [
        ("attribute", attributes),
        ("parameter", comparison.Parameters),
        ("metric", [.. comparison.Metrics.Select(metric => metric.Convert(value => value is { } number ? format(number) : null))]),
        ("tag", comparison.Tags),
        ("dataset", comparison.Datasets),
    ];

    private static string? ShowDuration(string? exact) => exact is null ? null : ShownText.Duration(TimeSpan.Parse(exact, CultureInfo.InvariantCulture));
}
