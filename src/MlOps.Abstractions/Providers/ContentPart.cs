using System.Diagnostics.CodeAnalysis;

namespace MlOps.Providers;

/// <summary>Consecutive bytes of a stream, in a pooled buffer.</summary>
/// <remarks>Disposing the part returns the buffer to the pool. Do not use the content after that.</remarks>
[Experimental("MLOPS001")]
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

    /// <summary>Gets the number of the part, starting at 1 as in S3.</summary>
    public int Number { get; }

    /// <summary>Gets the zero-based position of the first byte in the stream.</summary>
    public long Offset { get; }

    /// <summary>Gets a value indicating whether this part is known to be the last one.</summary>
    /// <value><see langword="false"/> if the last part of a stream that cannot seek is full, because only the next read reaches the end.</value>
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

    /// <summary>Opens a stream over the bytes. The stream is valid until the part is disposed.</summary>
    /// <returns>A read-only stream that can seek, so that an SDK can rewind it for a retry.</returns>
    /// <exception cref="ObjectDisposedException">The part is disposed.</exception>
    public Stream OpenRead()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new MemoryStream(_buffer, 0, _length, writable: false);
    }

    /// <summary>Returns the buffer to the pool.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            Release();
        }
    }

    /// <summary>Keeps the buffer until <see cref="Release"/> is called, even if the part is disposed before.</summary>
    internal ReadOnlyMemory<byte> Retain()
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
