using System.Globalization;

namespace MlOps.Monitoring.Drift;

/// <summary>Validates the values of streams.</summary>
internal static class StreamValue
{
    public static void RequireFinite(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The value is {value}. Pass finite values, and skip missing ones."), nameof(value));
        }
    }
}
