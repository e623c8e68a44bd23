using System.Diagnostics;

namespace MlOps.Storage;

/// <summary>Reads a run of bytes of one version of an artifact in order, by one connection or several. For authors of stores.</summary>
/// <remarks>
/// <para>One connection that goes straight into the reader's buffers costs least, and is all it takes to a server nearby. Where it turns out to be the
/// bottleneck, it is left for parts that are fetched ahead, several at a time, into as many buffers.</para>
/// <para>Forward only, for one reader at a time. Disposing it midway gives up the requests under way.</para>
/// </remarks>
public sealed class ArtifactReadStream : Stream
{
    /// <summary>Faster than one connection to a cloud's store is (about 100 MB/s), slower than one to a server nearby.</summary>
    private const double FastBytesPerSecond = 200e6;

    /// <summary>How long the one connection may hesitate, once or in all, before it counts as slow.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(30);
    private readonly ArtifactRangeReader _direct;
    private readonly long _offset;
    private readonly int _partSize;
    private readonly int _parallelism;
    private readonly Func<long, long, ArtifactRangeReader> _open;
    private long _directLeft;
    private TimeSpan _directWait;
    private long _position;
    private PartsAhead? _ahead;
    private bool _disposed;

    /// <summary>Initializes the stream.</summary>
    /// <param name="direct">Reads the whole run; disposed with the stream.</param>
    /// <param name="offset">The first byte of the run, counted from the artifact's.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="partSize">The size of the parts that are fetched ahead, in bytes.</param>
    /// <param name="parallelism">How many parts are in memory at most; 1 never leaves the one connection.</param>
    /// <param name="open">Opens a shorter run of the same version, by its first byte and length; called from several threads.</param>
    public ArtifactReadStream(
        ArtifactRangeReader direct, long offset, long length, int partSize, int parallelism, Func<long, long, ArtifactRangeReader> open)
    {
        _direct = direct;
        _offset = offset;
        _partSize = partSize;
        _parallelism = parallelism;
        _open = open;
        Length = _directLeft = length;
    }

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position == Length)
        {
            return 0;
        }

        var read = _directLeft > 0
            ? await ReadDirectAsync(buffer, cancellationToken).ConfigureAwait(false)
            : await _ahead!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

#pragma warning disable RS0030 // A caller that reads synchronously has chosen to wait; libraries that parse formats do.
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore RS0030

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
        await EndAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Nothing to wait for: requests under way end by themselves now, and give their buffers back as they do.
            _ = EndAsync();
        }

        base.Dispose(disposing);
    }

    private async Task EndAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _direct.Dispose();
            if (_ahead is { } ahead)
            {
                await ahead.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<int> ReadDirectAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var room = buffer[..(int)Math.Min(buffer.Length, _directLeft)];
        var started = Stopwatch.GetTimestamp();
        var read = await _direct.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        _directWait += Stopwatch.GetElapsedTime(started);
        _directLeft -= read;
        if (_directLeft == 0)
        {
            _direct.Dispose();
        }
        else if (_ahead is null && _parallelism > 1 && _position < (_directWait - s_grace).TotalSeconds * FastBytesPerSecond)
        {
            LeaveDirectConnection(_offset + _position + read);
        }

        return read;
    }

    /// <summary>Goes on with the one connection for a part, while the parts behind it are on their way.</summary>
    private void LeaveDirectConnection(long next)
    {
        _directLeft = Math.Min(_directLeft, _partSize);
        _ahead = new PartsAhead(next + _directLeft, _offset + Length, _partSize, _parallelism, _open);
        _ahead.Request();
    }
}
