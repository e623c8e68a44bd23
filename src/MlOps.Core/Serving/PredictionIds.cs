using System.Runtime.CompilerServices;

namespace MlOps.Serving;

/// <summary>Numbers the predictions of one predictor so that all are different everywhere, without a shared counter or a random number for each.</summary>
/// <remarks>
/// For one caller at a time. An identifier is a version 8 UUID: random bits, drawn once for the predictor, of which 48 are combined with a counter.
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
