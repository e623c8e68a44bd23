using System.Buffers.Binary;

namespace MlOps.Monitoring.Predictions;

/// <summary>Hashes prediction identifiers, so that every process chooses the same predictions.</summary>
internal static class PredictionSampler
{
    private const double Unit = 1.0 / (1L << 53);

    /// <summary>Determines whether the features of a prediction are logged.</summary>
    /// <param name="id">The identifier of the prediction.</param>
    /// <param name="rate">The share of predictions, 0 to 1.</param>
    /// <returns><see langword="true"/> if the hash of the identifier, as a number in [0, 1), is below the rate.</returns>
    public static bool IsSampled(Guid id, double rate) => (Hash(id) >> 11) * Unit < rate;

    /// <summary>Hashes an identifier with the finalizer of SplitMix64 on both halves of its big-endian bytes.</summary>
    /// <seealso href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).</seealso>
    public static ulong Hash(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Mix(BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ Mix(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])));
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
