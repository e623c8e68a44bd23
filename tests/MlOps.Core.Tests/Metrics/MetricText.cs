using System.Globalization;

namespace MlOps.Metrics;

/// <summary>Formats points as text. Two texts are equal if and only if the points are equal.</summary>
internal static class MetricText
{
    public static string Describe(MetricDataPoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"{point.Series.Name} {string.Join(',', point.Series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal))} "
        + $"{point.Step} {point.Timestamp.UtcTicks} {point.Value:R} {point.Series.Unit}");
}
