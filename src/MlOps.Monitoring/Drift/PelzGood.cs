namespace MlOps.Monitoring.Drift;

/// <summary>Computes the expansion of P(D ≤ d) of the one-sample Kolmogorov-Smirnov statistic up to n^(−3/2), for large samples.</summary>
/// <remarks>
/// K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^(3/2) with z = d·√n. Reference: W. Pelz, I. J. Good, <i>Approximating the lower tail-areas of the Kolmogorov-Smirnov
/// one-sample statistic</i>, Journal of the Royal Statistical Society B 38 (1976), 152–156.
/// </remarks>
internal static class PelzGood
{
    private const double Squared = Math.PI * Math.PI;
    private const double Fourth = Squared * Squared;

    public static double Probability(long size, double statistic)
    {
        var root = Math.Sqrt(size);
        var z = statistic * root;
        var z2 = z * z;
        var (z4, z6, z8) = (z2 * z2, z2 * z2 * z2, z2 * z2 * z2 * z2);
        var (k0, k1, k2, k3) = (0.0, 0.0, 0.0, 0.0);
        var (extra2, extra3) = (0.0, 0.0);
        for (var k = (int)Math.Ceiling(16 * z / Math.PI); k >= 1; k--)
        {
            double odd = ((2 * k) - 1) * ((2 * k) - 1);
            var power = Math.Exp(-Squared * odd / (8 * z2));
            k0 += power;
            k1 += power * ((Squared / 4 * odd) - z2);
            k2 += power * ((6 * z6) + (2 * z4) + (Squared / 4 * ((2 * z4) - (5 * z2)) * odd) + (Fourth / 16 * (1 - (2 * z2)) * odd * odd));
            k3 += power * ((-30 * z6) - (90 * z8) + (Squared / 4 * ((135 * z4) - (96 * z6)) * odd) + (Fourth / 16 * ((212 * z4) - (60 * z2)) * odd * odd)
                + (Fourth * Squared / 64 * (5 - (30 * z2)) * odd * odd * odd));
            double square = k * k;
            var whole = Math.Exp(-Squared * square / (2 * z2));
            extra2 += square * whole;
            extra3 += ((3 * z2) - (Squared * square)) * square * whole;
        }

        var factor = Math.Sqrt(2 * Math.PI);
        k0 *= factor / z;
        k1 *= factor / (6 * z4);
        k2 = (k2 * factor / (72 * z6 * z)) - (extra2 * Squared * factor / (36 * z2 * z));
        k3 = (k3 * factor / (6480 * z8 * z2)) + (extra3 * Squared * factor / (216 * z6));
        return k0 + (k1 / root) + (k2 / size) + (k3 / (size * root));
    }
}
