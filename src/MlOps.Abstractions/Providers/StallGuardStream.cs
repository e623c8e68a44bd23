namespace MlOps.Providers;

/// <summary>Fails a connection that transfers no byte for a given time while a request or a response is in progress.</summary>
/// <remarks>The limit applies to sending, waiting for the response and receiving, including synchronous requests of a native SDK client.</remarks>
internal sealed class StallGuardStream : Stream
{
    /// <summary>The maximum size of one write. A write reports no progress, and an SDK may write a whole block at once.</summary>
    private const int PieceSize = 256 << 10;

    private readonly Stream _inner;
    private readonly TimeSpan _timeout;
    private readonly Watch _read;
    private readonly Watch _write;

    public StallGuardStream(Stream inner, TimeSpan timeout)
    {
        _inner = inner;
        _timeout = timeout;
        _read = new Watch(timeout);
        _write = new Watch(timeout);
        if (inner.CanTimeout)
        {
            // The timeouts of the socket apply to synchronous operations only.
            inner.ReadTimeout = inner.WriteTimeout = (int)Math.Ceiling(timeout.TotalMilliseconds);
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // HttpClient starts an empty read while a connection is idle in the pool. The first write of the next request starts its timeout.
        var token = _read.Begin(isTimed: !buffer.IsEmpty, cancellationToken);
        try
        {
            return await _inner.ReadAsync(buffer, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Stalled(exception);
        }
        finally
        {
            _read.End();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var token = _write.Begin(isTimed: true, cancellationToken);
        try
        {
            for (; buffer.Length > PieceSize; buffer = buffer[PieceSize..])
            {
                await _inner.WriteAsync(buffer[..PieceSize], token).ConfigureAwait(false);
                _write.Restart();
                _read.Restart();
            }

            await _inner.WriteAsync(buffer, token).ConfigureAwait(false);
            _read.Restart();
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Stalled(exception);
        }
        finally
        {
            _write.End();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count)
    {
        _inner.Write(buffer, offset, count);

        // The read that started while the connection was idle is asynchronous even if the request is synchronous.
        _read.Restart();
    }

    public override void Flush() => _inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private IOException Stalled(OperationCanceledException exception) =>
        new($"The connection transferred no byte for {_timeout}.", new TimeoutException(exception.Message, exception));

    /// <summary>The reusable timer of one direction. Each direction has one operation at a time.</summary>
#pragma warning disable CA1001 // A stopped timer holds no resources. Disposing it would race with the operation that ends when the connection closes.
    private sealed class Watch(TimeSpan timeout)
#pragma warning restore CA1001
    {
        private CancellationTokenSource _timer = new();
        private CancellationTokenRegistration _caller;
        private volatile bool _isRunning;

        public CancellationToken Begin(bool isTimed, CancellationToken cancellationToken)
        {
            if (!_timer.TryReset())
            {
                _timer = new CancellationTokenSource();
            }

            if (isTimed)
            {
                _timer.CancelAfter(timeout);
            }

            _caller = cancellationToken.UnsafeRegister(static timer => ((CancellationTokenSource)timer!).Cancel(), _timer);
            _isRunning = true;
            return _timer.Token;
        }

        public void Restart()
        {
            if (_isRunning)
            {
                _timer.CancelAfter(timeout);
            }
        }

        public void End()
        {
            _isRunning = false;
            _caller.Dispose();
            _timer.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
