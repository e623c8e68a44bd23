using System.Diagnostics;

namespace MlOps.Providers;

/// <summary>Reads a byte range over one connection, and switches to parallel prefetching if that connection is slow.</summary>
/// <remarks>A single connection that reads directly into the buffers of the caller costs least, and is sufficient for a nearby server.</remarks>
internal sealed class ReadAheadStream : Stream
{
    /// <summary>
    /// The threshold of a fast connection. One connection to cloud storage reaches about 100 MB/s; one to a nearby server is faster than this value.
    /// </summary>
    private const double FastBytesPerSecond = 200e6;

    /// <summary>The total delay that does not count as slow.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(30);
    private readonly ArtifactRangeReader _direct;
    private readonly long _offset;
    private readonly int _partSize;
    private readonly int _parallelism;
    private readonly Func<long, long, ArtifactRangeReader> _open;
    private long _directLeft;
    private TimeSpan _directWait;
    private long _position;
    private PartPrefetcher? _prefetcher;
    private bool _disposed;

    public ReadAheadStream(
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
            : await _prefetcher!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

#pragma warning disable RS0030 // Parsers of file formats read synchronously, and their callers accept that the thread blocks.
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
            // The requests in progress are canceled. They end in the background and return their buffers.
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
            if (_prefetcher is { } prefetcher)
            {
                await prefetcher.DisposeAsync().ConfigureAwait(false);
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
        else if (_prefetcher is null && _parallelism > 1 && _position < (_directWait - s_grace).TotalSeconds * FastBytesPerSecond)
        {
            StartPrefetching(_offset + _position + read);
        }

        return read;
    }

    /// <summary>Reads one more part from the direct connection while the parts after it are fetched.</summary>
    private void StartPrefetching(long next)
    {
        _directLeft = Math.Min(_directLeft, _partSize);
        _prefetcher = new PartPrefetcher(next + _directLeft, _offset + Length, _partSize, _parallelism, _open);
        _prefetcher.Request();
    }
}
