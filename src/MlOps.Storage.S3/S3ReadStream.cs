using System.Buffers;

namespace MlOps.Storage;

/// <summary>Reads a run of bytes of one version of an object in order, while the next parts of it are on their way.</summary>
/// <remarks>The first part goes straight into the reader's buffers; at most the configured number of parts is requested or in memory.</remarks>
internal sealed class S3ReadStream(S3Bucket bucket, ArtifactInfo info, S3RangeReader first, long firstLength, long offset, long length) : Stream
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly Queue<Task<Part>> _ahead = [];
    private readonly long _end = offset + length;
    private long _firstLeft = firstLength;
    private long _requested = offset + firstLength;
    private long _position;
    private Part? _part;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position == length)
        {
            return 0;
        }

        RequestAhead();
        var read = _firstLeft > 0
            ? await ReadFirstAsync(buffer, cancellationToken).ConfigureAwait(false)
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
        first.Dispose();
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

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await first.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _firstLeft -= read;
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
        while (_requested < _end && _ahead.Count < Math.Max(1, bucket.Options.Parallelism - 1))
        {
            var count = (int)Math.Min(bucket.Options.PartSize, _end - _requested);
            _ahead.Enqueue(FetchAsync(_requested, count, _disposal.Token));
            _requested += count;
        }
    }

    private async Task<Part> FetchAsync(long start, int count, CancellationToken cancellationToken)
    {
        using var reader = new S3RangeReader(bucket, info, response: null, start, count);
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
