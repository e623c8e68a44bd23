namespace MlOps.Reports;

/// <summary>Lists the tables of a comparison, for exports that show them all alike.</summary>
internal static class ComparisonTables
{
    /// <summary>Gets the tables with the names of what they compare; all values are texts.</summary>
    public static IEnumerable<(string Kind, IReadOnlyList<ComparedValues<string?>> Rows)> Of(RunComparison comparison) =>
    [
        ("attribute", comparison.Attributes),
        ("parameter", comparison.Parameters),
        ("metric", [.. comparison.Metrics.Select(static metric => new ComparedValues<string?>(metric.Name, [.. metric.Values.Select(static value => value is { } number ? CsvTable.Text(number) : null)]))]),
        ("tag", comparison.Tags),
        ("dataset", comparison.Datasets),
    ];
}
