using Microsoft.Win32.SafeHandles;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>A file that grows by whole batches: a batch that could not be written to its end is cut off again.</summary>
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

    /// <summary>Gets the number of bytes of all batches that were written.</summary>
    public long Length { get; private set; }

    /// <summary>Begins a file that no other process writes to. It is locked while it is open, so that retention in other processes skips it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="flushInterval">The time after which a write is flushed to the disk; zero for at once, <see langword="null"/> for never.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onFlushFailed">Called if a flush in the background fails.</param>
    /// <param name="flush">Flushes the file; <see langword="null"/> for the system's call.</param>
    public static JsonLinesFile Create(
        string path, TimeSpan? flushInterval, TimeProvider timeProvider, Action<Exception> onFlushFailed, Action<SafeFileHandle>? flush = null)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        return new JsonLinesFile(stream, flushInterval, timeProvider, onFlushFailed, flush ?? RandomAccess.FlushToDisk);
    }

    /// <summary>Writes a batch, whole or, as far as any reader goes, not at all.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        CutOff();
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
            CutOff();
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

    /// <summary>Cuts off the rest of a failed write. If that fails as well, the next write begins with it.</summary>
    private void CutOff()
    {
        if (_stream.Length != Length)
        {
            _stream.SetLength(Length);
        }

        _stream.Position = Length;
    }
}
