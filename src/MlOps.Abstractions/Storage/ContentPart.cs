using System.Buffers;

namespace MlOps.Storage;

/// <summary>A run of consecutive bytes of a stream, in a pooled buffer. For authors of stores.</summary>
/// <remarks>Disposing it returns the buffer; its content must not be used afterwards.</remarks>
public sealed class ContentPart : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    internal ContentPart(byte[] buffer, int length, int number, long offset, bool isLast)
    {
        _buffer = buffer;
        _length = length;
        Number = number;
        Offset = offset;
        IsLast = isLast;
    }

    /// <summary>Gets the part's place among the parts, counted from 1 as S3 counts.</summary>
    public int Number { get; }

    /// <summary>Gets the position of the part's first byte in the stream, counted from 0.</summary>
    public long Offset { get; }

    /// <summary>Gets a value indicating whether the stream is known to have no further part.</summary>
    /// <value><see langword="false"/> also for a last part that happens to be full: only the next read can tell.</value>
    public bool IsLast { get; }

    /// <summary>Gets the bytes.</summary>
    /// <exception cref="ObjectDisposedException">The part is disposed.</exception>
    public ReadOnlyMemory<byte> Content
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsMemory(0, _length);
        }
    }

    /// <summary>Makes a stream over the bytes, as SDKs want them; valid until the part is disposed.</summary>
    /// <returns>A read-only stream that can seek, so that a retry can rewind it.</returns>
    /// <exception cref="ObjectDisposedException">The part is disposed.</exception>
    public Stream OpenRead()
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        return new MemoryStream(_buffer, 0, _length, writable: false);
    }

    /// <summary>Returns the buffer to its pool.</summary>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
