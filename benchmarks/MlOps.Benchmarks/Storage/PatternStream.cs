namespace MlOps.Benchmarks.Storage;

/// <summary>Generated content of any length, not seekable and with unknown length.</summary>
internal sealed class PatternStream(long length) : Stream
{
    // Random and therefore not compressible; the same in every run.
    private static readonly byte[] s_pattern = CreatePattern();
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public static byte[] ToArray(int length) => s_pattern[..length];

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var start = (int)(_position % s_pattern.Length);
        var count = (int)Math.Min(Math.Min(buffer.Length, s_pattern.Length - start), length - _position);
        s_pattern.AsSpan(start, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] CreatePattern()
    {
        var pattern = new byte[(1 << 20) + 1];
        new Random(1).NextBytes(pattern);
        return pattern;
    }
}
