using System.Buffers;
using System.Diagnostics;

namespace MlOps.Storage;

/// <summary>Reads a run of bytes of one version of an object in order, by one connection or several.</summary>
/// <remarks>
/// One connection that goes straight into the reader's buffers costs least, and is all it takes to a server nearby. Where it turns out to be the
/// bottleneck, it is left for parts that are fetched ahead, several at a time and each pinned to the version, into as many buffers.
/// </remarks>
internal sealed class S3ReadStream(S3Bucket bucket, ArtifactInfo info, S3RangeReader direct, long offset, long length) : Stream
{
    /// <summary>Faster than one connection to a cloud's store is (about 100 MB/s), slower than one to a server nearby.</summary>
    private const double FastBytesPerSecond = 200e6;
    private const long SampleSize = 1 << 20;
    private readonly CancellationTokenSource _disposal = new();
    private readonly Queue<Task<Part>> _ahead = [];
    private readonly long _length = length;
    private readonly long _end = offset + length;
    private long _directLeft = length;
    private TimeSpan _directWait;
    private long _requested = offset + length;
    private long _position;
    private Part? _part;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position == _length)
        {
            return 0;
        }

        RequestAhead();
        var read = _directLeft > 0
            ? await ReadDirectAsync(buffer, cancellationToken).ConfigureAwait(false)
            : await ReadAheadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

#pragma warning disable RS0030 // A stream's synchronous members have no other way; libraries that parse formats call them.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ = EndAsync();
        }

        base.Dispose(disposing);
    }

    /// <summary>Gives up the requests under way; when it is done, their buffers are back in the pool.</summary>
    private async Task EndAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _disposal.CancelAsync().ConfigureAwait(false);
        direct.Dispose();
        _part?.Dispose();
        foreach (var part in _ahead)
        {
            await ((Task)part).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (part.IsCompletedSuccessfully)
            {
                (await part.ConfigureAwait(false)).Dispose();
            }
        }

        _disposal.Dispose();
    }

    private async ValueTask<int> ReadDirectAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var room = buffer[..(int)Math.Min(buffer.Length, _directLeft)];
        var started = Stopwatch.GetTimestamp();
        var read = await direct.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        _directWait += Stopwatch.GetElapsedTime(started);
        _directLeft -= read;
        if (_directLeft == 0)
        {
            direct.Dispose();
        }
        else if (_requested == _end && _position > SampleSize && _position < _directWait.TotalSeconds * FastBytesPerSecond && bucket.Options.Parallelism > 1)
        {
            _directLeft = Math.Min(_directLeft, bucket.Options.PartSize);
            _requested = offset + _position + read + _directLeft;
        }

        return read;
    }

    private async ValueTask<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_part is null or { IsEmpty: true })
        {
            _part?.Dispose();
            _part = null;
            _part = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _ahead.Dequeue();
        }

        return _part.CopyTo(buffer.Span);
    }

    private void RequestAhead()
    {
        while (_requested < _end && _ahead.Count < bucket.Options.Parallelism - 1)
        {
            var count = (int)Math.Min(bucket.Options.PartSize, _end - _requested);
            _ahead.Enqueue(FetchAsync(_requested, count, _disposal.Token));
            _requested += count;
        }
    }

    private async Task<Part> FetchAsync(long start, int count, CancellationToken cancellationToken)
    {
        using var reader = new S3RangeReader(bucket, info, body: null, start, count);
        var buffer = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            for (var filled = 0; filled < count;)
            {
                filled += await reader.ReadAsync(buffer.AsMemory(filled, count - filled), cancellationToken).ConfigureAwait(false);
            }

            return new Part(buffer, count);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>A part that has arrived, in a pooled buffer.</summary>
    private sealed class Part(byte[] buffer, int count) : IDisposable
    {
        private int _taken;

        public bool IsEmpty => _taken == count;

        public int CopyTo(Span<byte> target)
        {
            var copied = Math.Min(target.Length, count - _taken);
            buffer.AsSpan(_taken, copied).CopyTo(target);
            _taken += copied;
            return copied;
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
