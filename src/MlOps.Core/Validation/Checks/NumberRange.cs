using System.Globalization;
using System.Numerics;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Computes the range of a feature, including its slack.</summary>
internal static class NumberRange
{
    /// <summary>The magnitude from which <see cref="double"/> cannot represent every integer.</summary>
    private const double ExactIntegers = 1L << 53;

    /// <summary>Gets the bounds, extended by the slack.</summary>
    public static (double? Low, double? High) Of(FeatureSchema feature)
    {
        if (feature is not { Minimum: { } minimum, Maximum: { } maximum, Slack: > 0 and var slack })
        {
            return (feature.Minimum, feature.Maximum);
        }

        if (minimum == maximum)
        {
            return OfConstant(minimum, slack, IsInteger(feature.Type));
        }

        var margin = ((maximum / 2) - (minimum / 2)) * 2 * slack;
        return KeepSign(minimum, maximum, margin);
    }

    /// <summary>Converts a lower bound to a type. For an integer type, it is rounded up.</summary>
    public static T Least<T>(double bound)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        T.Clamp(T.CreateSaturating(IsInteger<T>() ? Math.Ceiling(Widen(bound, double.NegativeInfinity)) : bound), T.MinValue, T.MaxValue);

    /// <summary>Converts an upper bound to a type. For an integer type, it is rounded down.</summary>
    public static T Greatest<T>(double bound)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        T.Clamp(T.CreateSaturating(IsInteger<T>() ? Math.Floor(Widen(bound, double.PositiveInfinity)) : bound), T.MinValue, T.MaxValue);

    /// <summary>Describes the allowed range, such as <c>0 to 120</c>.</summary>
    public static string Describe(FeatureSchema feature)
    {
        var (low, high) = Of(feature);
        return FormattableString.Invariant($"{Format(low, "any")} to {Format(high, "any")}");
    }

    public static bool IsInteger<T>()
        where T : struct, INumber<T> =>
        T.IsZero(T.One / (T.One + T.One));

    /// <summary>Gets the bounds of a constant. The slack is a fraction of its magnitude; for zero, which has no magnitude, it is absolute.</summary>
    private static (double? Low, double? High) OfConstant(double constant, double slack, bool isInteger)
    {
        var margin = Math.Max((constant == 0 ? 1 : Math.Abs(constant)) * slack, isInteger ? 1 : 0);
        return constant == 0 ? (-margin, margin) : KeepSign(constant, constant, margin);
    }

    private static (double? Low, double? High) KeepSign(double minimum, double maximum, double margin)
    {
        var (low, high) = (minimum - margin, maximum + margin);
        return (minimum >= 0 ? Math.Max(low, 0) : low, maximum <= 0 ? Math.Min(high, 0) : high);
    }

    private static bool IsInteger(FeatureType type) =>
        FeatureSchemaValidator.IsNumber(type) && type is not (FeatureType.Float16 or FeatureType.Float32 or FeatureType.Float64);

    /// <summary>Moves a bound outwards if it may be the rounded value of an integer that <see cref="double"/> cannot represent.</summary>
    private static double Widen(double bound, double towards) =>
        Math.Abs(bound) < ExactIntegers ? bound : double.IsPositiveInfinity(towards) ? Math.BitIncrement(bound) : Math.BitDecrement(bound);

    // With 15 digits, 131.99999999999997 is formatted as 132.
    private static string Format(double? bound, string none) => bound?.ToString("G15", CultureInfo.InvariantCulture) ?? none;
}
