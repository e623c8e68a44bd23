using System.Runtime.ExceptionServices;

namespace MlOps.Storage;

/// <summary>The rest of a caller's stream as a stream that begins at 0, and that remembers the exception the caller's stream threw into the SDK.</summary>
/// <param name="inner">A stream that can seek; the caller disposes it.</param>
/// <param name="length">The number of bytes from its position on.</param>
internal sealed class UploadSource(Stream inner, long length) : Stream
{
    private readonly long _start = inner.Position;

    /// <summary>Gets what the caller's stream threw.</summary>
    public ExceptionDispatchInfo? Fault { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => inner.Position - _start; set => inner.Position = _start + value; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return inner.Read(buffer, offset, (int)Math.Min(count, length - Position));
        }
        catch (Exception exception)
        {
            Fault = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - Position)], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fault = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
