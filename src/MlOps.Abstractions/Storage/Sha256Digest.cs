using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>A SHA-256 digest (FIPS 180-4): 32 bytes, represented as 64 lowercase hexadecimal digits.</summary>
/// <remarks>Immutable and thread-safe. The default value is 32 zero bytes, which is not the digest of any known content.</remarks>
[JsonConverter(typeof(Sha256DigestJsonConverter))]
public readonly struct Sha256Digest : IEquatable<Sha256Digest>
{
    /// <summary>The size of a digest, in bytes.</summary>
    public const int SizeInBytes = SHA256.HashSizeInBytes;

    private const int ReadSize = 1 << 20;
    private readonly Bytes _bytes;

    /// <summary>Initializes a new instance of the <see cref="Sha256Digest"/> struct.</summary>
    /// <param name="bytes">The digest; exactly 32 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> does not have 32 bytes.</exception>
    public Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"The value has {bytes.Length} bytes. Specify the {SizeInBytes} bytes of a SHA-256 digest.", nameof(bytes));
        }

        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<Bytes>(ref _bytes)));
    }

    /// <summary>Computes the digest of bytes in memory.</summary>
    /// <param name="content">The bytes.</param>
    /// <returns>The digest.</returns>
    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SizeInBytes];
        SHA256.HashData(content, hash);
        return new Sha256Digest(hash);
    }

    /// <summary>Computes the digest of a stream, from its current position to its end.</summary>
    /// <param name="content">The stream, which the caller disposes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
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

    /// <summary>Parses a digest.</summary>
    /// <param name="text">64 hexadecimal digits, uppercase or lowercase.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is not a digest.</exception>
    public static Sha256Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new FormatException($"'{text}' is not a SHA-256 digest. Specify {SizeInBytes * 2} hexadecimal digits.");

    /// <summary>Parses a digest if it is valid.</summary>
    /// <param name="text">64 hexadecimal digits, uppercase or lowercase.</param>
    /// <param name="digest">The digest, or the default value if the text is not valid.</param>
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

    /// <summary>Determines whether two digests are equal.</summary>
    /// <param name="left">The first digest.</param>
    /// <param name="right">The second digest.</param>
    /// <returns><see langword="true"/> if the digests are equal.</returns>
    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    /// <summary>Determines whether two digests are not equal.</summary>
    /// <param name="left">The first digest.</param>
    /// <param name="right">The second digest.</param>
    /// <returns><see langword="true"/> if the digests are not equal.</returns>
    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Sha256Digest other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(_bytes);

    /// <summary>Returns the digest as 64 lowercase hexadecimal digits.</summary>
    /// <returns>The digits.</returns>
    public override string ToString() => Convert.ToHexStringLower(_bytes);

    [InlineArray(SizeInBytes)]
    private struct Bytes
    {
        private byte _first;
    }
}
