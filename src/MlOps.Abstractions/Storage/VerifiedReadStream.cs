using System.Buffers;
using System.Security.Cryptography;

namespace MlOps.Storage;

/// <summary>Reads a whole artifact and refuses to deliver its last byte unless length and SHA-256 are right. For authors of stores.</summary>
/// <remarks>Forward only, for one reader at a time. Disposes the stream it reads from.</remarks>
/// <param name="inner">The artifact's bytes from the first to the last.</param>
/// <param name="info">The artifact; where its digest is not known, only its length is verified.</param>
public sealed class VerifiedReadStream(Stream inner, ArtifactInfo info) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;
    private bool _failed;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => info.Size;

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : Verify(buffer, inner.Read(buffer));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Verify(buffer.Span, read);
    }

    /// <summary>Copies the rest to another stream: one part is read while the one before is hashed and written.</summary>
    /// <inheritdoc/>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        var (reading, delivering) = (ArrayPool<byte>.Shared.Rent(bufferSize), ArrayPool<byte>.Shared.Rent(bufferSize));
        var delivered = Task.CompletedTask;
        try
        {
            // Whole parts, because a connection gives little at a time, for which handing over to another thread would not pay.
            while (await inner.ReadAtLeastAsync(reading, reading.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                await delivered.ConfigureAwait(false);
                (reading, delivering) = (delivering, reading);
                delivered = DeliverAsync(delivering.AsMemory(0, read), destination, cancellationToken);
            }

            await delivered.ConfigureAwait(false);
            Verify([], 0);
        }
        finally
        {
            await delivered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(reading);
            ArrayPool<byte>.Shared.Return(delivering);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task DeliverAsync(ReadOnlyMemory<byte> part, Stream destination, CancellationToken cancellationToken)
    {
        var verifying = Task.CompletedTask;
        if (_position + part.Length < info.Size)
        {
            verifying = Task.Run(() => Verify(part.Span, part.Length), CancellationToken.None);
        }
        else
        {
            // The last bytes are delivered only if all are right.
            Verify(part.Span, part.Length);
        }

        try
        {
            await destination.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await verifying.ConfigureAwait(false);
        }
    }

    private int Verify(ReadOnlySpan<byte> buffer, int read)
    {
        if (info.Sha256 is not null)
        {
            _hash.AppendData(buffer[..read]);
        }

        _position += read;
        if (_failed || _position > info.Size || (read == 0 && _position < info.Size))
        {
            _failed = true;
            throw new ArtifactIntegrityException(info.Path, info.Sha256, actual: null, $"It should have {info.Size} bytes; the store delivered {_position}.");
        }

        if (_position == info.Size && info.Sha256 is { } expected && CurrentDigest() is var actual && actual != expected)
        {
            _failed = true;
            throw new ArtifactIntegrityException(info.Path, expected, actual);
        }

        return read;
    }

    private Sha256Digest CurrentDigest()
    {
        Span<byte> digest = stackalloc byte[Sha256Digest.SizeInBytes];
        _hash.GetCurrentHash(digest);
        return new Sha256Digest(digest);
    }
}
