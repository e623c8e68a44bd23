using System.Globalization;
using System.Numerics;

namespace MlOps.Validation;

/// <summary>Converts the value to impute to the numeric type of a property.</summary>
internal static class ImputedNumber
{
    public static bool TryGet(object? value, out double number)
    {
        number = value switch
        {
            Half half => (double)half,
            sbyte or short or int or long or byte or ushort or uint or ulong or float or double or decimal =>
                Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => 0,
        };
        return value is Half or sbyte or short or int or long or byte or ushort or uint or ulong or float or double or decimal;
    }

    /// <summary>Converts a value to a numeric type.</summary>
    /// <returns>
    /// <see langword="false"/> if the type cannot represent the value: a fraction or NaN in an integer type, or a finite number that would become infinite.
    /// </returns>
    public static bool TryGet<T>(object? value, out T number)
        where T : struct, INumber<T>
    {
        number = default;
        if (!TryGet(value, out double wide))
        {
            return false;
        }

        number = T.CreateSaturating(wide);
        return T.IsFinite(number) == double.IsFinite(wide) && (!NumberRange.IsInteger<T>() || double.CreateSaturating(number) == wide);
    }
}
