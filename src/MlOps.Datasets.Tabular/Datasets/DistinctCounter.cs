using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MlOps.Datasets;

/// <summary>Counts distinct values exactly, up to a limit that bounds the memory.</summary>
/// <remarks>A value is stored in 128 bits, and a text as its hash. Collisions among a few thousand values are practically impossible.</remarks>
internal sealed class DistinctCounter(int limit)
{
    private const int MaxCount = 10_000;
    private const int MaxTotal = 1_000_000;
    private HashSet<UInt128>? _seen = [];

    /// <summary>Gets the number of distinct values; <see langword="null"/> if it exceeds the limit.</summary>
    public long? Count => _seen?.Count;

    /// <summary>Gets the limit for each column of a table, so that the total of all columns is bounded.</summary>
    public static int LimitFor(int columns) => Math.Clamp(MaxTotal / Math.Max(columns, 1), 1, MaxCount);

    public void Add(ReadOnlySpan<char> text)
    {
        if (_seen is not null)
        {
            Add(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text)));
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_seen is not null)
        {
            Add(XxHash128.HashToUInt128(bytes));
        }
    }

    /// <summary>Adds a number. 1 and 1.0 are the same value, and so are 0 and −0.</summary>
    public void Add(double number)
    {
        if (number == Math.Truncate(number) && Math.Abs(number) < long.MaxValue)
        {
            Add((long)number);
        }
        else
        {
            Add(new UInt128(1, BitConverter.DoubleToUInt64Bits(number)));
        }
    }

    public void Add(long number) => Add(new UInt128(0, (ulong)number));

    public void Add(Int128 number)
    {
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            Add((long)number);
        }
        else
        {
            Add((UInt128)number);
        }
    }

    public void Add(BigInteger number)
    {
        if (number >= Int128.MinValue && number <= Int128.MaxValue)
        {
            Add((Int128)number);
        }
        else
        {
            Add(number.ToByteArray());
        }
    }

    /// <summary>Adds a time in ticks and the nanoseconds below a tick.</summary>
    public void Add(long ticks, int nanoseconds) => Add(new UInt128((ulong)nanoseconds, (ulong)ticks));

    private void Add(UInt128 value)
    {
        if (_seen?.Add(value) == true && _seen.Count > limit)
        {
            _seen = null;
        }
    }
}
