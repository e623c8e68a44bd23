using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Compares the profiles of a column in two versions and formats the differences.</summary>
internal static class ColumnComparison
{
    public static bool AreEqual(ColumnProfile before, ColumnProfile after) => Changes(before, after).Count == 0;

    /// <summary>Lists the statistics that differ, each with its name and both values.</summary>
    public static IReadOnlyList<string> Changes(ColumnProfile before, ColumnProfile after) =>
    [
        .. Figures(before, AreExact(before, after)).Zip(Figures(after, AreExact(before, after)),
            static (old, now) => (old.Name, Before: old.Value, After: now.Value))
            .Where(static figure => !Equals(figure.Before, figure.After))
            .Select(static figure => $"{figure.Name} {Print(figure.Before)} → {Print(figure.After)}"),
    ];

    // Profiles that an older version of the library recorded have no exact figures.
    private static bool AreExact(ColumnProfile before, ColumnProfile after) => before.ExactMinimum is not null && after.ExactMinimum is not null;

    private static (string Name, object? Value)[] Figures(ColumnProfile column, bool isExact) =>
    [
        ("type", column.Type),
        ("nulls", column.Nulls),
        ("NaNs", column.NaNs),
        ("distinct", column.Distinct),
        ("minimum", isExact ? column.ExactMinimum : column.Minimum),
        ("maximum", isExact ? column.ExactMaximum : column.Maximum),
        ("mean", column.Mean),
        ("standard deviation", column.StandardDeviation),
        ("earliest", column.Earliest),
        ("latest", column.Latest),
        ("shortest", column.Shortest),
        ("longest", column.Longest),
        ("fault", column.Fault),
    ];

    private static string Print(object? value) => value switch
    {
        null => "none",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
