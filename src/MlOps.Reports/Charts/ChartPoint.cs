namespace MlOps.Reports;

/// <summary>A point of a chart.</summary>
/// <param name="X">The value on the horizontal axis.</param>
/// <param name="Y">The value on the vertical axis. NaN and the infinities are gaps, as is everything beyond ±1e300.</param>
public readonly record struct ChartPoint(double X, double Y)
{
    private const double Largest = 1e300;

    /// <summary>Gets a value indicating whether it can be drawn.</summary>
    internal bool IsDrawn => Math.Abs(X) <= Largest && Math.Abs(Y) <= Largest;
}
