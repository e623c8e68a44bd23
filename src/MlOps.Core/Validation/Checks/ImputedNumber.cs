using System.Globalization;
using System.Numerics;

namespace MlOps.Validation;

/// <summary>Turns the value to impute into numbers of the types that properties have.</summary>
internal static class ImputedNumber
{
    public static bool TryGet(object? value, out double number)
    {
        number = value switch
        {
            Half half => (double)half,
            sbyte or short or int or long or byte or ushort or uint or ulong or float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => 0,
        };
        return value is Half or sbyte or short or int or long or byte or ushort or uint or ulong or float or double or decimal;
    }

    /// <summary>Converts to a type of number.</summary>
    /// <returns>Whether the type has such a number: an integer type has neither fractions nor NaN, and no finite number becomes infinite.</returns>
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
