namespace MlOps.Models;

/// <summary>Which types hold every value of which others.</summary>
internal static class FeatureTypes
{
    /// <summary>Tells whether every value of one type is exactly a value of another.</summary>
    public static bool Holds(FeatureType wide, FeatureType narrow)
    {
        if (wide == narrow)
        {
            return true;
        }

        var (from, to) = (SizeOf(narrow), SizeOf(wide));
        return from is not null && to is not null
            && (to.Value.IsFloat || !from.Value.IsFloat)
            && (to.Value.IsSigned || !from.Value.IsSigned)
            && to.Value.Digits >= from.Value.Digits
            && to.Value.Exponent >= from.Value.Exponent;
    }

    /// <summary>Gets the binary digits a number has without its sign, and those of its exponent; <see langword="null"/> for what is no number.</summary>
    private static (bool IsFloat, bool IsSigned, int Digits, int Exponent)? SizeOf(FeatureType type) => type switch
    {
        FeatureType.Int8 => (false, true, 7, 0),
        FeatureType.Int16 => (false, true, 15, 0),
        FeatureType.Int32 => (false, true, 31, 0),
        FeatureType.Int64 => (false, true, 63, 0),
        FeatureType.UInt8 => (false, false, 8, 0),
        FeatureType.UInt16 => (false, false, 16, 0),
        FeatureType.UInt32 => (false, false, 32, 0),
        FeatureType.UInt64 => (false, false, 64, 0),
        FeatureType.Float16 => (true, true, 11, 5),
        FeatureType.BFloat16 => (true, true, 8, 8),
        FeatureType.Float32 => (true, true, 24, 8),
        FeatureType.Float64 => (true, true, 53, 11),
        _ => null,
    };
}
