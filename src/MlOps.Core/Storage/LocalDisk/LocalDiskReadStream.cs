using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Reads a byte range of an open file, and closes the file when it is disposed.</summary>
internal sealed class LocalDiskReadStream(SafeFileHandle handle, ArtifactPath path, LocalDiskLayout layout, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = RandomAccess.Read(handle, buffer[..Clip(buffer.Length)], offset + _position);
            _position += read;
            return read;
        }
        catch (Exception exception) when (LocalDiskErrors.Translate(exception, "read", path, layout) is { } translated)
        {
            throw translated;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await RandomAccess.ReadAsync(handle, buffer[..Clip(buffer.Length)], offset + _position, cancellationToken).ConfigureAwait(false);
            _position += read;
            return read;
        }
        catch (Exception exception) when (LocalDiskErrors.Translate(exception, "read", path, layout) is { } translated)
        {
            throw translated;
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Clip(int count) => (int)Math.Min(count, length - _position);
}
