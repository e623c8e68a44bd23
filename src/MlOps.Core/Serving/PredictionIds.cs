using System.Buffers.Binary;

namespace MlOps.Serving;

/// <summary>Numbers the predictions of one predictor so that all are different everywhere, without a shared counter or a random number for each.</summary>
/// <remarks>For one caller at a time. An identifier is 80 random bits, drawn once, with a counter of 48 bits: a version 8 UUID.</remarks>
internal struct PredictionIds()
{
    private const int CounterOffset = 10;
    private readonly Guid _origin = Guid.NewGuid();
    private ulong _counter;

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        _origin.TryWriteBytes(bytes, bigEndian: true, out _);
        var count = _counter++;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[CounterOffset..], (ushort)(count >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(CounterOffset + sizeof(ushort))..], (uint)count);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
