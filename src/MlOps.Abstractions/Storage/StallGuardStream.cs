namespace MlOps.Storage;

/// <summary>A connection that fails, as a broken one does, when it carries no byte for too long while a request or an answer is under way.</summary>
/// <remarks>One rule covers sending, waiting for the answer, and receiving, in every request, synchronous ones of a raw SDK client included.</remarks>
internal sealed class StallGuardStream : Stream
{
    /// <summary>What goes out in one operation, since one does not tell how far it has come: an SDK may write a whole block at once.</summary>
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
            // The system's own limits, which only synchronous operations have.
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
        // A read of no bytes begins while the connection lies idle in the pool; only the next request's first write starts the clock for it.
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

        // A read that began while the connection lay idle is asynchronous also where the request is not.
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
        new($"The connection carried no byte for {_timeout}.", new TimeoutException(exception.Message, exception));

    /// <summary>The timer of one direction, in which there is one operation at a time; one object serves all of them.</summary>
#pragma warning disable CA1001 // A stopped timer holds nothing, and disposing it would race with the operation that the connection's closing ends.
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
