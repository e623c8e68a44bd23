using MathNet.Numerics;

namespace MlOps.Monitoring.Drift;

/// <summary>Computes upper tails of distributions with their relative accuracy.</summary>
internal static class Tails
{
    private static readonly double s_root2 = Math.Sqrt(2);

    /// <summary>Computes P(Z ≥ z) of the standard normal distribution.</summary>
    public static double Normal(double z) => double.IsNaN(z) ? double.NaN : 0.5 * SpecialFunctions.Erfc(z / s_root2);

    /// <summary>Computes P(|T| ≥ |t|) of Student's distribution.</summary>
    public static double StudentTwoSided(double t, double degrees)
    {
        if (double.IsNaN(t))
        {
            return double.NaN;
        }

        return double.IsInfinity(t) ? 0 : SpecialFunctions.BetaRegularized(degrees / 2, 0.5, degrees / (degrees + (t * t)));
    }

    /// <summary>Computes P(X ≥ x) of the chi-square distribution; NaN for no degrees of freedom.</summary>
    public static double ChiSquare(double x, int degrees)
    {
        if (double.IsNaN(x) || degrees <= 0)
        {
            return double.NaN;
        }

        return double.IsPositiveInfinity(x) ? 0 : x <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(degrees / 2.0, x / 2);
    }
}
