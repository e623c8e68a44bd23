using System.Buffers;

namespace MlOps.Metrics;

/// <summary>A growable byte buffer in a pooled array.</summary>
/// <remarks>
/// <para>Not thread-safe. Disposal returns the array to the pool.</para>
/// <para>The buffer does not use the shared array pool, because that pool keeps arrays of each size for each thread: many times the arrays in use.</para>
/// </remarks>
internal sealed class PooledBuffer : Stream, IBufferWriter<byte>
{
    private const int FirstSize = 1 << 12;
    private static readonly ArrayPool<byte> s_pool = ArrayPool<byte>.Create(maxArrayLength: 4 << 20, maxArraysPerBucket: 2);
    private byte[] _bytes = [];
    private int _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public Span<byte> WrittenSpan => _bytes.AsSpan(0, _length);

    public Memory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    /// <summary>Opens the content for reading. The stream is valid until the buffer changes.</summary>
    public Stream OpenRead() => new MemoryStream(_bytes, 0, _length, writable: false);

    public void Clear() => _length = 0;

    public void Advance(int count) => _length += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var size = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(_length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(GetSpan(buffer.Length));
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_bytes.Length > 0)
        {
            s_pool.Return(_bytes);
            _bytes = [];
            _length = 0;
        }

        base.Dispose(disposing);
    }

    private void Grow(int size)
    {
        var bytes = s_pool.Rent(Math.Max(checked(_length + size), Math.Max(FirstSize, (int)Math.Min(2L * _length, Array.MaxLength))));
        WrittenSpan.CopyTo(bytes);
        if (_bytes.Length > 0)
        {
            s_pool.Return(_bytes);
        }

        _bytes = bytes;
    }
}
