namespace MlOps.Testing;

/// <summary>A stream that behaves like a network response: asynchronous, not seekable, without a length, with partial reads and interruptions.</summary>
/// <remarks>Instances are not thread-safe.</remarks>
/// <param name="content">The content of the stream.</param>
internal sealed class ForwardOnlyStream(ReadOnlyMemory<byte> content) : Stream
{
    private int _position;
    private bool _interrupted;

    /// <summary>Gets the maximum number of bytes that one read returns.</summary>
    /// <value>The default is no limit.</value>
    public int LargestRead { get; init; } = int.MaxValue;

    /// <summary>Gets the position at which <see cref="Interruption"/> is called.</summary>
    /// <value>The default is 0, before the first byte. The length of the content is before the read that returns 0.</value>
    public int InterruptAt { get; init; }

    /// <summary>Gets the function that is called once, at <see cref="InterruptAt"/>. It may throw, or wait as <see cref="TestGate.PassAsync"/> does.</summary>
    /// <value>The default is <see langword="null"/>, no interruption.</value>
    public Func<CancellationToken, Task>? Interruption { get; init; }

    /// <summary>Gets a value indicating whether the stream was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_interrupted && _position == InterruptAt && Interruption is { } interruption)
        {
            _interrupted = true;
            await interruption(cancellationToken);
        }

        var end = _interrupted || Interruption is null ? content.Length : InterruptAt;
        var count = Math.Min(Math.Min(buffer.Length, LargestRead), end - _position);
        content.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the content asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
