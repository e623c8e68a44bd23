using MlOps.Datasets;

namespace MlOps.Monitoring.Profiles;

/// <summary>Adds bins to the profile of a baseline.</summary>
internal static class BaselineBins
{
    public static async Task<DataProfile> AddAsync(DataProfile profile, IRowSource rows, CancellationToken cancellationToken)
    {
        var edges = profile.Features.Select(static feature => Bins.ChooseEdges(feature.Sample)).ToArray();
        var counts = profile.Features.Select((feature, index) => CountSample(feature, edges[index])).ToArray();
        if (profile.Features.Any(static feature => feature.RankError > 0))
        {
            await CountRowsAsync(profile, rows, edges, counts, cancellationToken).ConfigureAwait(false);
        }

        return new DataProfile(profile.Rows, [.. profile.Features.Select((feature, index) => feature.IsText
            ? feature.WithBins([], [], AddToLengths(feature.Lengths!))
            : feature.WithBins(edges[index], counts[index]))]);
    }

    private static async Task CountRowsAsync(DataProfile profile, IRowSource rows, double[][] edges, long[][] counts, CancellationToken cancellationToken)
    {
        int[] sketched = [.. Enumerable.Range(0, edges.Length).Where(index => profile.Features[index].RankError > 0)];
        Array.ForEach(sketched, index => Array.Clear(counts[index]));
        await foreach (var batch in rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var column in sketched)
            {
                CountColumn(batch.Numbers(column)[..batch.Count], edges[column], counts[column]);
            }
        }

        foreach (var column in sketched)
        {
            if (counts[column].Sum() is var counted && counted != profile.Features[column].Values)
            {
                throw new InvalidOperationException(
                    $"The rows changed while they were profiled: the column '{profile.Features[column].Name}' first had {profile.Features[column].Values} "
                    + $"finite numbers, and then {counted}. Pass a source that returns the same rows each time.");
            }
        }
    }

    private static void CountColumn(ReadOnlySpan<double> numbers, double[] edges, long[] counts)
    {
        foreach (var number in numbers)
        {
            if (double.IsFinite(number))
            {
                counts[Bins.IndexOf(edges, number)]++;
            }
        }
    }

    private static FeatureProfile AddToLengths(FeatureProfile lengths)
    {
        var edges = Bins.ChooseEdges(lengths.Sample);
        return lengths.WithBins(edges, CountSample(lengths, edges));
    }

    private static long[] CountSample(FeatureProfile feature, double[] edges)
    {
        var counts = new long[edges.Length == 0 ? 0 : edges.Length + 1];
        foreach (var (value, weight) in counts.Length == 0 ? [] : feature.Sample)
        {
            counts[Bins.IndexOf(edges, value)] += weight;
        }

        return counts;
    }
}
