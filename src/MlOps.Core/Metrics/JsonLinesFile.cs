using Microsoft.Win32.SafeHandles;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>A file to which whole batches are appended. A partly written batch is truncated.</summary>
internal sealed class JsonLinesFile : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly TimeSpan? _flushInterval;
    private readonly Action<Exception> _onFlushFailed;
    private readonly Action<SafeFileHandle> _flush;
    private readonly ITimer? _timer;
    private bool _isFolderFlushed;
    private int _isDirty;

    private JsonLinesFile(FileStream stream, TimeSpan? flushInterval, TimeProvider timeProvider, Action<Exception> onFlushFailed, Action<SafeFileHandle> flush)
    {
        _stream = stream;
        _flushInterval = flushInterval;
        _onFlushFailed = onFlushFailed;
        _flush = flush;
        Created = timeProvider.GetUtcNow();
        if (flushInterval > TimeSpan.Zero)
        {
            var never = Timeout.InfiniteTimeSpan;
            _timer = timeProvider.CreateTimer(static file => ((JsonLinesFile)file!).FlushInBackground(), this, never, never);
        }
    }

    public DateTimeOffset Created { get; }

    public string Path => _stream.Name;

    /// <summary>Gets the number of bytes of all written batches.</summary>
    public long Length { get; private set; }

    /// <summary>Creates a file for this process only. The open file is locked, so that retention in other processes skips it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="flushInterval">The time after which a write is flushed to the disk: zero for immediately, <see langword="null"/> for never.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onFlushFailed">Called if a background flush fails.</param>
    /// <param name="flush">Flushes the file; <see langword="null"/> for <see cref="RandomAccess.FlushToDisk"/>.</param>
    public static JsonLinesFile Create(
        string path, TimeSpan? flushInterval, TimeProvider timeProvider, Action<Exception> onFlushFailed, Action<SafeFileHandle>? flush = null)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        return new JsonLinesFile(stream, flushInterval, timeProvider, onFlushFailed, flush ?? RandomAccess.FlushToDisk);
    }

    /// <summary>Appends a batch. After a failure, the part that was written is truncated.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        TruncateFailedWrite();
        try
        {
            await _stream.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
            if (_flushInterval == TimeSpan.Zero)
            {
                Flush();
            }

            Length += lines.Length;
        }
        catch
        {
            TruncateFailedWrite();
            throw;
        }

        if (_timer is not null && Interlocked.Exchange(ref _isDirty, 1) == 0)
        {
            _timer.Change(_flushInterval!.Value, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Flushes the file and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var _ = _stream.ConfigureAwait(false);
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isDirty, 0) != 0)
            {
                Flush();
            }
        }
    }

    private void FlushInBackground()
    {
        Interlocked.Exchange(ref _isDirty, 0);
        try
        {
            Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _onFlushFailed(exception);
        }
    }

    private void Flush()
    {
        _flush(_stream.SafeFileHandle);
        if (!_isFolderFlushed)
        {
            DirectoryFlush.Flush(System.IO.Path.GetDirectoryName(Path)!);
            _isFolderFlushed = true;
        }
    }

    /// <summary>Truncates the part of a failed write. If this fails, the next write retries it.</summary>
    private void TruncateFailedWrite()
    {
        if (_stream.Length != Length)
        {
            _stream.SetLength(Length);
        }

        _stream.Position = Length;
    }
}
