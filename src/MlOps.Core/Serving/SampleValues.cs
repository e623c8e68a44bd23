using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Creates values that a schema allows.</summary>
internal static class SampleValues
{
    /// <summary>The maximum number of values of one input, and of characters of a string.</summary>
    private const int MaxValues = 1 << 24;

    /// <summary>Gets the lengths to try for dynamic dimensions.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [1, 8, 32, 128, 512];

    /// <summary>Creates a value.</summary>
    /// <param name="type">The type of the value.</param>
    /// <param name="feature">The schema of the feature; <see langword="null"/> for none.</param>
    public static object Create(FeatureType type, FeatureSchema? feature) => type switch
    {
        FeatureType.Boolean => feature?.Impute is true,
        FeatureType.String => feature?.Impute as string ?? feature?.Categories?[0] ?? new string('a', CountOf([Math.Max(feature?.MinimumLength ?? 1, 1)])),
        FeatureType.DateTime => DateTimeOffset.UnixEpoch,
        FeatureType.Binary => Array.Empty<byte>(),
        _ => Convert(type, NumberOf(feature)),
    };

    /// <summary>Creates a one-dimensional array of equal values.</summary>
    public static Array CreateArray(FeatureType type, int count, FeatureSchema? feature)
    {
        Array values = type switch
        {
            FeatureType.Boolean => new bool[count],
            FeatureType.Int8 => new sbyte[count],
            FeatureType.Int16 => new short[count],
            FeatureType.Int32 => new int[count],
            FeatureType.Int64 => new long[count],
            FeatureType.UInt8 => new byte[count],
            FeatureType.UInt16 => new ushort[count],
            FeatureType.UInt32 => new uint[count],
            FeatureType.UInt64 => new ulong[count],
            FeatureType.Float16 => new Half[count],
            FeatureType.Float64 => new double[count],
            FeatureType.String => new string[count],
            FeatureType.DateTime => new DateTimeOffset[count],
            FeatureType.Binary => new byte[count][],
            _ => new float[count],
        };
        var value = Create(type, feature);
        for (var index = 0; index < count && !value.Equals(values.GetValue(index)); index++)
        {
            values.SetValue(value, index);
        }

        return values;
    }

    /// <summary>Gets the number of values of a shape.</summary>
    /// <exception cref="ArgumentException">The shape has too many values for a sample.</exception>
    public static int CountOf(IEnumerable<long> shape)
    {
        var count = shape.Aggregate((Int128)1, static (product, length) => Int128.Min(product * length, long.MaxValue));
        return count >= 0 && count <= MaxValues
            ? (int)count
            : throw new ArgumentException(
                $"The shape [{string.Join(", ", shape)}] has more than {MaxValues} values. Register the version with a golden example.", nameof(shape));
    }

    private static double NumberOf(FeatureSchema? feature) => feature switch
    {
        { Impute: double imputed } => imputed,
        { Minimum: { } minimum, Maximum: { } maximum } => minimum + ((maximum - minimum) / 2),
        { Minimum: > 0 and var minimum } => minimum,
        { Maximum: < 0 and var maximum } => maximum,
        _ => 0,
    };

    private static object Convert(FeatureType type, double number) => type switch
    {
        FeatureType.Int8 => (sbyte)number,
        FeatureType.Int16 => (short)number,
        FeatureType.Int32 => (int)number,
        FeatureType.Int64 => (long)number,
        FeatureType.UInt8 => (byte)number,
        FeatureType.UInt16 => (ushort)number,
        FeatureType.UInt32 => (uint)number,
        FeatureType.UInt64 => (ulong)number,
        FeatureType.Float16 => (Half)number,
        FeatureType.Float64 => number,
        _ => (float)number,
    };
}
