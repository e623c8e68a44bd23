using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Compares and prints what profiles say of columns.</summary>
internal static class ColumnSummary
{
    public static bool AreEqual(ColumnProfile before, ColumnProfile after) => Changes(before, after).Count == 0;

    /// <summary>Lists the figures that differ, each as its name with both values.</summary>
    public static IReadOnlyList<string> Changes(ColumnProfile before, ColumnProfile after) =>
    [
        .. Figures(before, AreExact(before, after)).Zip(Figures(after, AreExact(before, after)),
            static (old, now) => (old.Name, Before: old.Value, After: now.Value))
            .Where(static figure => !Equals(figure.Before, figure.After))
            .Select(static figure => $"{figure.Name} {Print(figure.Before)} → {Print(figure.After)}"),
    ];

    // Profiles of older versions of the library do not have the exact figures.
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
