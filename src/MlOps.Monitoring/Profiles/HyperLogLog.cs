using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MlOps.Monitoring.Profiles;

/// <summary>Estimates the number of distinct values with 4,096 registers. The standard error is 1.04 / √4096 = 1.6 %.</summary>
/// <remarks>The estimator is that of Ertl, which needs no correction tables. Merging takes the maximum of each register, and is exact.</remarks>
/// <seealso href="https://arxiv.org/abs/1702.01284">New cardinality estimation algorithms for HyperLogLog sketches, Ertl (2017).</seealso>
internal sealed class HyperLogLog
{
    /// <summary>The number of registers.</summary>
    public const int Size = 1 << Bits;

    private const int Bits = 12;
    private const int HashBits = 64 - Bits;

    private readonly byte[] _registers;

    public HyperLogLog() => _registers = new byte[Size];

    public HyperLogLog(ReadOnlySpan<byte> registers) => _registers = registers.ToArray();

    public ReadOnlySpan<byte> Registers => _registers;

    /// <summary>Computes a hash of a number. Numbers that are equal have the same hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(double value) => Mix((ulong)BitConverter.DoubleToInt64Bits(value + 0.0));

    /// <summary>Computes a hash of a text, which is the same in every process.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 0x9E37_79B9_7F4A_7C15UL ^ (ulong)text.Length;
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(text);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        ulong rest = 0;
        foreach (var value in bytes)
        {
            rest = (rest << 8) | value;
        }

        return Mix(hash ^ rest);
    }

    /// <summary>Mixes the bits of a number. The function is the finalizer of SplitMix64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return value ^ (value >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong hash)
    {
        ref var register = ref _registers[hash >> HashBits];
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1);
        if (rank > register)
        {
            register = rank;
        }
    }

    public void Merge(ReadOnlySpan<byte> registers)
    {
        // The length of a vector divides the number of registers.
        for (var i = 0; i < Size; i += Vector<byte>.Count)
        {
            var own = _registers.AsSpan(i);
            Vector.Max(new Vector<byte>(own), new Vector<byte>(registers[i..])).CopyTo(own);
        }
    }

    public void Clear() => _registers.AsSpan().Clear();

    /// <summary>Estimates the number of distinct values, as an integer.</summary>
    public static double Estimate(ReadOnlySpan<byte> registers)
    {
        Span<int> counts = stackalloc int[HashBits + 2];
        foreach (var register in registers)
        {
            counts[register]++;
        }

        var z = Size * Tau(1 - ((double)counts[HashBits + 1] / Size));
        for (var k = HashBits; k >= 1; k--)
        {
            z = 0.5 * (z + counts[k]);
        }

        z += Size * Sigma((double)counts[0] / Size);
        return double.IsInfinity(z) ? 0 : Math.Round(Size / (2 * Math.Log(2)) * Size / z);
    }

    private static double Sigma(double x)
    {
        if (x >= 1)
        {
            return double.PositiveInfinity;
        }

        double y = 1, z = x, previous;
        do
        {
            x *= x;
            previous = z;
            z += x * y;
            y += y;
        }
        while (z != previous);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or >= 1)
        {
            return 0;
        }

        double y = 1, z = 1 - x, previous;
        do
        {
            x = Math.Sqrt(x);
            previous = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        while (z != previous);
        return z / 3;
    }
}
