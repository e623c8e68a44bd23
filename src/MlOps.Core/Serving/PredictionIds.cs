using System.Runtime.CompilerServices;

namespace MlOps.Serving;

/// <summary>Generates globally unique prediction identifiers without a shared counter and without a random number for each identifier.</summary>
/// <remarks>
/// Not thread-safe. An identifier is a version 8 UUID. Its random bits are generated once for each predictor, and 48 of them are combined with a counter.
/// </remarks>
internal struct PredictionIds
{
    private const int CounterShift = 16;
    private readonly ulong _first;
    private readonly ulong _second;
    private ulong _counter;

    public PredictionIds()
    {
        const int versionByte = 6;
        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[versionByte] = (byte)((bytes[versionByte] & 0x0F) | 0x80);
        (_first, _second) = Unsafe.BitCast<Guid, (ulong, ulong)>(new Guid(bytes, bigEndian: true));
    }

    public Guid Next() => Unsafe.BitCast<(ulong, ulong), Guid>((_first, _second ^ (_counter++ << CounterShift)));
}
