namespace MlOps.Storage;

/// <summary>Counts the bytes of a read, and ends the measured call when it is disposed.</summary>
internal sealed class InstrumentedReadStream(Stream inner, StoreInstruments.Call call) : Stream
{
    private long _bytes;
    private bool _disposed;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = inner.Read(buffer);
            _bytes += read;
            return read;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _bytes += read;
            return read;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        try
        {
            // The inner stream copies faster. Its position is the number of copied bytes.
            await inner.CopyToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
            _bytes = inner.Position;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            inner.Dispose();
            call.AddBytes(_bytes);
            call.Dispose();
        }

        base.Dispose(disposing);
    }
}
