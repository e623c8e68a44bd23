using System.Globalization;

namespace MlOps.Reports;

/// <summary>Lists the tables of a comparison for exports that format all tables in the same way.</summary>
internal static class ComparisonTables
{
    /// <summary>Gets the tables with values for programs: exact numbers, and durations such as <c>00:03:12</c>.</summary>
    public static IEnumerable<(string Kind, IReadOnlyList<ComparedValues<string?>> Rows)> Exact(RunComparison comparison) =>
        Of(comparison, comparison.Attributes, CsvTable.Text);

    /// <summary>Gets the tables with values for display.</summary>
    public static IEnumerable<(string Kind, IReadOnlyList<ComparedValues<string?>> Rows)> Shown(RunComparison comparison) =>
        Of(
            comparison,
            [.. comparison.Attributes.Select(static row => row.Name == RunAttributes.Duration ? row.Convert(ShowDuration) : row)],
            DisplayText.Number);

    private static (string Kind, IReadOnlyList<ComparedValues<string?>> Rows)[] Of(
        RunComparison comparison, IReadOnlyList<ComparedValues<string?>> attributes, Func<double, string> format) =>
    [
        ("attribute", attributes),
        ("parameter", comparison.Parameters),
        ("metric", [.. comparison.Metrics.Select(metric => metric.Convert(value => value is { } number ? format(number) : null))]),
        ("tag", comparison.Tags),
        ("dataset", comparison.Datasets),
    ];

    private static string? ShowDuration(string? exact) => exact is null ? null : DisplayText.Duration(TimeSpan.Parse(exact, CultureInfo.InvariantCulture));
}
