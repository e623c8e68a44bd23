using System.IO.Hashing;
using System.Runtime.ExceptionServices;

namespace MlOps.Storage;

/// <summary>
/// Wraps the remaining bytes of the caller's stream. Records an exception of that stream, which the SDK would wrap, and throws at the end of a later pass if
/// the content has changed since it was hashed.
/// </summary>
/// <param name="inner">A seekable stream, which the caller disposes.</param>
/// <param name="length">The number of bytes after the current position.</param>
internal sealed class UploadSource(Stream inner, long length) : Stream
{
    private readonly long _start = inner.Position;
    private readonly XxHash128 _hash = new(); // HashedParts gives the reason for this hash
    private ArtifactPath? _path;
    private Sha256Digest _digest;
    private UInt128 _expected;
    private long _hashed;

    /// <summary>Gets the exception of the caller's stream, or <see langword="null"/>.</summary>
    public ExceptionDispatchInfo? Fault { get; private set; }

    /// <summary>Hashes the content. Later passes throw if the content has changed.</summary>
    /// <param name="path">The path of the artifact, for messages.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<Sha256Digest> HashAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        _digest = await Sha256Digest.OfAsync(this, cancellationToken).ConfigureAwait(false);
        _expected = _hash.GetCurrentHashAsUInt128();
        _path = path;
        return _digest;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => inner.Position - _start; set => inner.Position = _start + value; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            var position = Position;
            var read = inner.Read(buffer, offset, (int)Math.Min(count, length - position));
            Watch(buffer.AsSpan(offset, read), position);
            return read;
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
            var position = Position;
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - position)], cancellationToken).ConfigureAwait(false);
            Watch(buffer.Span[..read], position);
            return read;
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

    /// <summary>Hashes the bytes of a pass. Throws before the last bytes are returned if the content has changed.</summary>
    private void Watch(ReadOnlySpan<byte> bytes, long position)
    {
        if (position == 0)
        {
            _hash.Reset();
            _hashed = 0;
        }

        if (position == _hashed)
        {
            _hash.Append(bytes);
            _hashed += bytes.Length;
        }

        if (_path is not null && _hashed == length && _hash.GetCurrentHashAsUInt128() != _expected)
        {
            throw HashedParts.Changed(_path, _digest);
        }
    }
}
