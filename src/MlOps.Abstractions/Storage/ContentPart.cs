namespace MlOps.Storage;

/// <summary>A run of consecutive bytes of a stream, in a buffer that is used again. For authors of stores.</summary>
/// <remarks>Disposing it gives the buffer back; its content must not be used afterwards.</remarks>
public sealed class ContentPart : IDisposable
{
    private readonly ContentPartReader _reader;
    private readonly byte[] _buffer;
    private readonly int _length;
    private int _users = 1;
    private bool _disposed;

    internal ContentPart(ContentPartReader reader, byte[] buffer, int length, int number, bool isLast)
    {
        _reader = reader;
        _buffer = buffer;
        _length = length;
        Number = number;
        Offset = reader.BytesRead;
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
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _buffer.AsMemory(0, _length);
        }
    }

    /// <summary>Makes a stream over the bytes, as SDKs want them; valid until the part is disposed.</summary>
    /// <returns>A read-only stream that can seek, so that a retry can rewind it.</returns>
    /// <exception cref="ObjectDisposedException">The part is disposed.</exception>
    public Stream OpenRead()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new MemoryStream(_buffer, 0, _length, writable: false);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            Release();
        }
    }

    /// <summary>Keeps the buffer until <see cref="Release"/> is called, also when the part is disposed before.</summary>
    internal ReadOnlyMemory<byte> Keep()
    {
        Interlocked.Increment(ref _users);
        return _buffer.AsMemory(0, _length);
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _reader.Recycle(_buffer);
        }
    }
}
