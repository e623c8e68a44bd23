namespace MlOps.Testing;

/// <summary>Content as a network delivers it: read asynchronously only, not seekable, of unknown length, in pieces, and perhaps interrupted.</summary>
/// <remarks>For one reader at a time.</remarks>
/// <param name="content">The bytes to deliver.</param>
public sealed class ForwardOnlyStream(ReadOnlyMemory<byte> content) : Stream
{
    private int _position;
    private bool _interrupted;

    /// <summary>Gets the most bytes that one read delivers.</summary>
    /// <value>The default has no limit.</value>
    public int LargestRead { get; init; } = int.MaxValue;

    /// <summary>Gets the position at which <see cref="Interruption"/> happens.</summary>
    /// <value>The default, 0, is before the first byte; the content's length is before its end is told.</value>
    public int InterruptAt { get; init; }

    /// <summary>Gets what happens once, when the reader gets to <see cref="InterruptAt"/>: it may throw, or wait as <see cref="Gate.PassAsync"/> does.</summary>
    /// <value>The default, <see langword="null"/>, does nothing.</value>
    public Func<CancellationToken, Task>? Interruption { get; init; }

    /// <summary>Gets a value indicating whether somebody has disposed the stream.</summary>
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
