using System.Diagnostics.CodeAnalysis;
using MlOps.Models;

namespace MlOps.Providers;

/// <summary>Maps .NET types to feature types, and compares the value ranges of feature types.</summary>
/// <remarks>Thread-safe.</remarks>
[Experimental("MLOPS001")]
public static class FeatureTypes
{
    private static readonly Dictionary<Type, FeatureType> s_types = new()
    {
        [typeof(bool)] = FeatureType.Boolean,
        [typeof(sbyte)] = FeatureType.Int8,
        [typeof(short)] = FeatureType.Int16,
        [typeof(int)] = FeatureType.Int32,
        [typeof(long)] = FeatureType.Int64,
        [typeof(byte)] = FeatureType.UInt8,
        [typeof(ushort)] = FeatureType.UInt16,
        [typeof(uint)] = FeatureType.UInt32,
        [typeof(ulong)] = FeatureType.UInt64,
        [typeof(Half)] = FeatureType.Float16,
        [typeof(float)] = FeatureType.Float32,
        [typeof(double)] = FeatureType.Float64,
        [typeof(string)] = FeatureType.String,
        [typeof(DateTimeOffset)] = FeatureType.DateTime,
        [typeof(byte[])] = FeatureType.Binary,
    };

    /// <summary>Finds the feature type of a .NET type.</summary>
    /// <param name="type">The type of one value, such as <see cref="float"/>.</param>
    /// <returns>The feature type, such as <see cref="FeatureType.Float32"/>, or <see langword="null"/> if the type is not supported.</returns>
    public static FeatureType? Find(Type type) => s_types.TryGetValue(type, out var found) ? found : null;

    /// <summary>Determines whether a type represents every value of another type exactly.</summary>
    /// <param name="target">The type to convert to.</param>
    /// <param name="source">The type to convert from.</param>
    /// <returns>
    /// <see langword="true"/> if the conversion loses nothing. For example, <see cref="FeatureType.Float64"/> represents every
    /// <see cref="FeatureType.Int32"/>, and <see cref="FeatureType.Float32"/> does not.
    /// </returns>
    public static bool CanRepresent(FeatureType target, FeatureType source)
    {
        if (target == source)
        {
            return true;
        }

        var (from, to) = (SizeOf(source), SizeOf(target));
        return from is not null && to is not null
            && (to.Value.IsFloat || !from.Value.IsFloat)
            && (to.Value.IsSigned || !from.Value.IsSigned)
            && to.Value.Digits >= from.Value.Digits
            && to.Value.Exponent >= from.Value.Exponent;
    }

    /// <summary>
    /// Gets the number of significant binary digits without the sign, and of exponent digits; <see langword="null"/> for types that are not numeric.
    /// </summary>
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
