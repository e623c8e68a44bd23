using System.Globalization;

namespace MlOps.Metrics;

/// <summary>Writes points so that two are equal exactly if their texts are.</summary>
internal static class MetricText
{
    public static string Describe(MetricDataPoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"{point.Series.Name} {string.Join(',', point.Series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal))} {point.Step} {point.Timestamp.UtcTicks} {point.Value:R} {point.Series.Unit}");
}
