using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>The name of a segment, which contains the range of its batch numbers.</summary>
/// <param name="First">The number of the first batch.</param>
/// <param name="Last">The number of the last batch.</param>
internal readonly record struct MetricSegmentName(long First, long Last)
{
    private const string Suffix = ".json.gz";
    private const int Digits = 20;

    public ArtifactPath In(ArtifactPath folder) => folder.Append(string.Create(CultureInfo.InvariantCulture, $"{First:D20}-{Last:D20}{Suffix}"));

    /// <summary>Parses the path of an artifact. Returns <see langword="false"/> for artifacts that are not segments.</summary>
    public static bool TryParse(ArtifactPath path, ArtifactPath folder, [NotNullWhen(true)] out MetricSegmentName? name)
    {
        var text = path.ToString().AsSpan(folder.ToString().Length + 1);
        name = text.Length == (2 * Digits) + 1 + Suffix.Length
            && text[Digits] == '-'
            && text.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(text[..Digits], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(text.Slice(Digits + 1, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last
            ? new MetricSegmentName(first, last)
            : null;
        return name is not null;
    }

    /// <summary>Removes the segments whose batches are all contained in a wider segment.</summary>
    /// <returns>The other segments in order.</returns>
    public static IReadOnlyList<MetricSegmentName> WithoutCovered(IEnumerable<MetricSegmentName> segments)
    {
        var others = new List<MetricSegmentName>();
        var covered = 0L;
        foreach (var segment in segments.OrderBy(static segment => segment.First).ThenByDescending(static segment => segment.Last))
        {
            if (segment.Last > covered)
            {
                covered = segment.Last;
                others.Add(segment);
            }
        }

        return others;
    }
}
