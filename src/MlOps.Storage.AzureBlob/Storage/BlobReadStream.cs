using System.Buffers;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace MlOps.Storage;

/// <summary>Delivers a range of one version of a blob: the first block as it arrives, the further ones fetched ahead in parallel.</summary>
/// <remarks>Holds at most as many blocks as the options' parallelism; asks for the second block only when the first is read from.</remarks>
internal sealed class BlobReadStream : Stream
{
    private readonly BlockBlobClient _blob;
    private readonly ArtifactInfo _info;
    private readonly AzureBlobStorageOptions _options;
    private readonly AzureBlobErrors _errors;
    private readonly BlobRequestConditions _sameVersion;
    private readonly Stream _first;
    private readonly long _start;
    private readonly long _end;
    private readonly long _firstEnd;
    private readonly Queue<Task<ArraySegment<byte>>> _ahead = new();
    private readonly CancellationTokenSource _abort = new();

    /// <summary>Buffers to use again: the shared pool keeps one a thread, which for blocks of megabytes would be many times what is in use.</summary>
    private readonly Stack<byte[]> _free = new();
    private long _position;
    private long _requested;
    private ArraySegment<byte> _block;
    private int _blockPosition;

    public BlobReadStream(
        BlockBlobClient blob, ArtifactInfo info, ArtifactRange range, Stream first, AzureBlobStorageOptions options, AzureBlobErrors errors)
    {
        _blob = blob;
        _info = info;
        _options = options;
        _errors = errors;
        _sameVersion = new BlobRequestConditions { IfMatch = BlobAttributes.ToETag(info.ETag) };
        _first = first;
        _start = _position = range.Offset;
        _end = range.Offset + range.ClipTo(info.Size);
        _firstEnd = _requested = Math.Min(_end, _start + options.BlockSize);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _end - _start;

    public override long Position { get => _position - _start; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_abort.IsCancellationRequested, this);
        if (_position == _end || buffer.IsEmpty)
        {
            return 0;
        }

        FetchAhead();
        var read = _position < _firstEnd
            ? await ReadFirstAsync(buffer, cancellationToken).ConfigureAwait(false)
            : await ReadBlockAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

#pragma warning disable RS0030 // A caller that reads synchronously has chosen to wait.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore RS0030

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await ReleaseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Nothing to wait for: requests under way end by themselves now, and return their buffers as they do.
            _ = ReleaseAsync();
        }

        base.Dispose(disposing);
    }

    private void FetchAhead()
    {
        while (_requested < _end && _ahead.Count < Math.Max(1, _options.Parallelism - 1))
        {
            var length = (int)Math.Min(_options.BlockSize, _end - _requested);
            var buffer = _free.TryPop(out var used) ? used : ArrayPool<byte>.Shared.Rent(_options.BlockSize);
            _ahead.Enqueue(FetchAsync(_requested, new ArraySegment<byte>(buffer, 0, length)));
            _requested += length;
        }
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = (int)Math.Min(buffer.Length, _firstEnd - _position);
            var read = await _first.ReadAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false);
            return read > 0 ? read : throw new EndOfStreamException();
        }
        catch (Exception exception) when (Translate(exception, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    private async ValueTask<int> ReadBlockAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_blockPosition == _block.Count)
        {
            if (_block.Array is { } used)
            {
                _free.Push(used);
            }

            _block = default;
            _blockPosition = 0;
            _block = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _ahead.Dequeue();
            FetchAhead();
        }

        var read = Math.Min(buffer.Length, _block.Count - _blockPosition);
        _block.AsSpan(_blockPosition, read).CopyTo(buffer.Span);
        _blockPosition += read;
        return read;
    }

    private async Task<ArraySegment<byte>> FetchAsync(long offset, ArraySegment<byte> block)
    {
        try
        {
            var download = new BlobDownloadOptions { Range = new HttpRange(offset, block.Count), Conditions = _sameVersion };
            var response = await _blob.DownloadStreamingAsync(download, _abort.Token).ConfigureAwait(false);
            var content = response.Value.Content;
            await using var _ = content.ConfigureAwait(false);
            await content.ReadExactlyAsync(block, _abort.Token).ConfigureAwait(false);
            return block;
        }
        catch (Exception exception)
        {
            Return(block);
            throw Translate(exception, _abort.Token) ?? exception;
        }
    }

    /// <summary>Midway, an artifact that is gone or shorter was changed as much as one that has another ETag.</summary>
    private MlOpsException? Translate(Exception exception, CancellationToken cancellationToken) => exception is RequestFailedException { Status: 404 or 412 or 416 }
        ? new ArtifactConflictException(_info.Path, exception)
        : _errors.Translate(exception, "read", _info.Path, cancellationToken);

    private async Task ReleaseAsync()
    {
        if (_abort.IsCancellationRequested)
        {
            return;
        }

        await _abort.CancelAsync().ConfigureAwait(false);
        await _first.DisposeAsync().ConfigureAwait(false);
        Return(_block);
        _block = default;
        while (_free.TryPop(out var buffer))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        foreach (var fetch in _ahead)
        {
            await ((Task)fetch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (fetch.IsCompletedSuccessfully)
            {
                Return(await fetch.ConfigureAwait(false));
            }
        }

        _abort.Dispose();
    }

    private static void Return(ArraySegment<byte> block)
    {
        if (block.Array is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
