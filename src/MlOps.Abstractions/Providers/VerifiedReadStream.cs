using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using MlOps.Storage;

namespace MlOps.Providers;

/// <summary>Reads a whole artifact and verifies length and SHA-256 before it returns the last byte.</summary>
/// <param name="inner">The bytes of the artifact, from the first to the last. Disposed with this stream.</param>
/// <param name="info">The attributes of the artifact. If its digest is unknown, only the length is verified.</param>
internal sealed class VerifiedReadStream(Stream inner, ArtifactInfo info) : Stream
{
    private const int CopyBuffers = 4;
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

    /// <summary>Copies the remaining bytes to another stream, and hashes each part on another thread after it is copied.</summary>
    /// <inheritdoc/>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        var free = Channel.CreateUnbounded<byte[]>();
        var copied = Channel.CreateUnbounded<ArraySegment<byte>>();
        for (var i = 0; i < CopyBuffers; i++)
        {
            free.Writer.TryWrite(ArrayPool<byte>.Shared.Rent(bufferSize));
        }

        var verifying = Task.Run(() => VerifyAllAsync(copied.Reader, free.Writer), CancellationToken.None);
        try
        {
            await CopyAsync(destination, free.Reader, copied.Writer, verifying, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            copied.Writer.TryComplete();
            await verifying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (free.Reader.TryRead(out var buffer))
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
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

    private async Task CopyAsync(
        Stream destination, ChannelReader<byte[]> free, ChannelWriter<ArraySegment<byte>> copied, Task verifying, CancellationToken cancellationToken)
    {
        for (var left = info.Size - _position; ;)
        {
            var buffer = await free.ReadAsync(cancellationToken).ConfigureAwait(false);
            var read = await inner.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            left -= read;
            if (left > 0 && read > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                copied.TryWrite(new ArraySegment<byte>(buffer, 0, read));
                continue;
            }

            // The last bytes are copied only after the whole content is verified and no bytes follow.
            copied.TryWrite(new ArraySegment<byte>(buffer, 0, read));
            copied.Complete();
            await verifying.ConfigureAwait(false);
            var surplus = new byte[1];
            var surplusLength = await inner.ReadAsync(surplus, cancellationToken).ConfigureAwait(false);
            Verify(surplus, surplusLength);
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    private async Task VerifyAllAsync(ChannelReader<ArraySegment<byte>> copied, ChannelWriter<byte[]> free)
    {
        try
        {
            await foreach (var part in copied.ReadAllAsync().ConfigureAwait(false))
            {
                Verify(part, part.Count);
                free.TryWrite(part.Array!);
            }
        }
        catch (ArtifactIntegrityException exception)
        {
            // Ends CopyAsync, which waits for a free buffer.
            free.Complete(exception);
            throw;
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
            throw new ArtifactIntegrityException(
                info.Path, info.Sha256, actual: null, $"The expected length is {info.Size} bytes; the store returned {_position} bytes.");
        }

        if (_position == info.Size && info.Sha256 is { } expected && CurrentDigest() is var actual && actual != expected)
        {
            _failed = true;
            throw new ArtifactIntegrityException(info.Path, expected, actual, "The content was changed in the store or in transit.");
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
