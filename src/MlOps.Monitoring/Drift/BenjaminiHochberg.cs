namespace MlOps.Monitoring.Drift;

/// <summary>Adjusts p-values for the number of tests, so that the expected share of false ones among the significant tests is limited.</summary>
/// <remarks>
/// Without any drift, it limits the probability of at least one false alarm. Reference: Y. Benjamini, Y. Hochberg,
/// https://doi.org/10.1111/j.2517-6161.1995.tb02031.x.
/// </remarks>
internal static class BenjaminiHochberg
{
    /// <summary>Computes the adjusted p-values, min over the larger ones of p·tests/rank, in the order of the p-values.</summary>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        var order = Enumerable.Range(0, pValues.Count).OrderBy(index => pValues[index]).ToArray();
        var adjusted = new double[pValues.Count];
        var least = 1.0;
        for (var rank = order.Length; rank >= 1; rank--)
        {
            least = Math.Min(least, pValues[order[rank - 1]] * order.Length / rank);
            adjusted[order[rank - 1]] = least;
        }

        return adjusted;
    }
}
