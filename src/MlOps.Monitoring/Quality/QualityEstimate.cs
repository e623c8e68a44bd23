using System.Globalization;

namespace MlOps.Monitoring.Quality;

/// <summary>A quality metric with its confidence interval.</summary>
/// <param name="Value">The value, or NaN if it is not defined.</param>
/// <param name="Low">The lower bound of the 95 % confidence interval, or NaN if it is not computed.</param>
/// <param name="High">The upper bound of the 95 % confidence interval, or NaN if it is not computed.</param>
public readonly record struct QualityEstimate(double Value, double Low, double High)
{
    /// <summary>Formats the value and its interval.</summary>
    /// <returns>The text, such as <c>0.826 (0.736 to 0.89)</c>.</returns>
    public override string ToString() => double.IsNaN(Value) ? "unknown"
        : double.IsNaN(Low) || double.IsNaN(High) ? string.Create(CultureInfo.InvariantCulture, $"{Value:0.###}")
        : string.Create(CultureInfo.InvariantCulture, $"{Value:0.###} ({Low:0.###} to {High:0.###})");
}
