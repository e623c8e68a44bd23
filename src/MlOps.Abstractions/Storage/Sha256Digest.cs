using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace MlOps.Storage;

/// <summary>A SHA-256 digest (FIPS 180-4): 32 bytes, written as 64 lower-case hexadecimal digits, in JSON too.</summary>
/// <remarks>Immutable and thread-safe. The default value is 32 zero bytes, which is the digest of nothing known.</remarks>
[JsonConverter(typeof(Sha256DigestJsonConverter))]
public readonly struct Sha256Digest : IEquatable<Sha256Digest>
{
    /// <summary>The number of bytes in a digest.</summary>
    public const int SizeInBytes = SHA256.HashSizeInBytes;

    private const int ReadSize = 1 << 20;
    private readonly Bytes _bytes;

    /// <summary>Initializes a digest from its bytes.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"A SHA-256 digest has {SizeInBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<Bytes>(ref _bytes)));
    }

    /// <summary>Computes the digest of some bytes.</summary>
    /// <param name="content">The bytes.</param>
    /// <returns>Their digest.</returns>
    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SizeInBytes];
        SHA256.HashData(content, hash);
        return new Sha256Digest(hash);
    }

    /// <summary>Computes the digest of a stream, from its position to its end.</summary>
    /// <param name="content">The stream; the caller disposes it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The digest.</returns>
    public static async Task<Sha256Digest> OfAsync(Stream content, CancellationToken cancellationToken = default)
    {
        using var reader = new ContentPartReader(content, ReadSize);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } part)
        {
            part.Dispose();
        }

        return await reader.GetDigestAsync().ConfigureAwait(false);
    }

    /// <summary>Reads a digest from its hexadecimal form.</summary>
    /// <param name="text">64 hexadecimal digits in either case.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is not of that form.</exception>
    public static Sha256Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new FormatException($"'{text}' is not a SHA-256 digest. Give its {SizeInBytes * 2} hexadecimal digits.");

    /// <summary>Reads a digest from its hexadecimal form, if it is one.</summary>
    /// <param name="text">64 hexadecimal digits in either case.</param>
    /// <param name="digest">The digest, or the default.</param>
    /// <returns><see langword="true"/> if <paramref name="text"/> is a digest.</returns>
    public static bool TryParse(string? text, out Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        if (text?.Length == SizeInBytes * 2 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            digest = new Sha256Digest(bytes);
            return true;
        }

        digest = default;
        return false;
    }

    /// <summary>Compares two digests.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they are the same.</returns>
    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    /// <summary>Compares two digests.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they differ.</returns>
    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Sha256Digest other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(_bytes);

    /// <summary>Writes the digest as 64 lower-case hexadecimal digits.</summary>
    /// <returns>The digits.</returns>
    public override string ToString() => Convert.ToHexStringLower(_bytes);

    [InlineArray(SizeInBytes)]
    private struct Bytes
    {
        private byte _first;
    }
}
