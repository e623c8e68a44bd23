using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Writes complete files to the store in the background, in order. A failed write is retried with delays of up to one minute.</summary>
/// <remarks>Thread-safe. Memory is bounded by the size that each call of <see cref="TryAdd"/> passes.</remarks>
internal sealed partial class PendingFiles : IAsyncDisposable
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromMinutes(1);

    private readonly Channel<PendingFile> _queue = Channel.CreateUnbounded<PendingFile>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _givenUp = new();
    private readonly IArtifactStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Task _writing;
    private CancellationTokenSource _delay = new();
    private long _size;
    private long _droppedRows;
    private int _isDropping;

    /// <summary>Initializes a new instance of the <see cref="PendingFiles"/> class, and starts to write.</summary>
    /// <param name="store">The store.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The logger for failures, recoveries and losses.</param>
    public PendingFiles(IArtifactStore store, TimeProvider timeProvider, ILogger logger)
    {
        _store = store;
        _timeProvider = timeProvider;
        _logger = logger;
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Gets the number of rows that were lost because the store failed for too long.</summary>
    public long DroppedRows => Interlocked.Read(ref _droppedRows);

    /// <summary>Adds a file. If the files that wait exceed a size, the file is dropped, counted and logged.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="content">The content.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="maxSize">The maximum size of all files that wait, in bytes.</param>
    public void TryAdd(string model, ArtifactPath path, byte[] content, long rows, long maxSize)
    {
        if (Interlocked.Add(ref _size, content.Length) > maxSize)
        {
            Interlocked.Add(ref _size, -content.Length);
            Drop(model, rows, maxSize);
        }
        else if (!_queue.Writer.TryWrite(new PendingFile(model, path, content, rows, new TaskCompletionSource())))
        {
            Interlocked.Add(ref _size, -content.Length);
            LogLost(model, Interlocked.Add(ref _droppedRows, rows));
        }
    }

    /// <summary>Counts rows that could not be encoded.</summary>
    /// <param name="rows">The number of rows.</param>
    public void CountLost(long rows) => Interlocked.Add(ref _droppedRows, rows);

    /// <summary>Waits until all files that were added are written. The next attempt starts at once.</summary>
    /// <param name="cancellationToken">Cancels the wait. The files stay in the queue.</param>
    /// <returns>A task that completes when the files are in the store.</returns>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var mark = new PendingFile("", null, [], 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_queue.Writer.TryWrite(mark))
        {
            await Volatile.Read(ref _delay).CancelAsync().ConfigureAwait(false);
            await mark.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops writing. Files that wait are lost, counted and logged.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _givenUp.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _delay.Dispose();
        _givenUp.Dispose();
    }

    private async Task WriteAllAsync()
    {
        await foreach (var file in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (file.Path is not null)
            {
                if (!await WriteAsync(file, file.Path).ConfigureAwait(false))
                {
                    LogLost(file.Model, Interlocked.Add(ref _droppedRows, file.Rows));
                }

                Interlocked.Add(ref _size, -file.Content.Length);
            }

            file.Done.TrySetResult();
        }
    }

    private async Task<bool> WriteAsync(PendingFile file, ArtifactPath path)
    {
        var isFailing = false;
        for (var delay = s_firstDelay; !_givenUp.IsCancellationRequested; delay = delay * 2 < s_maxDelay ? delay * 2 : s_maxDelay)
        {
            if (await TryWriteAsync(file, path).ConfigureAwait(false) is not { } failure)
            {
                Volatile.Write(ref _isDropping, 0);
                if (isFailing)
                {
                    LogRecovered(file.Model);
                }

                return true;
            }

            if (!isFailing)
            {
                LogFailing(failure, path.ToString());
            }

            isFailing = true;
            await DelayAsync(delay).ConfigureAwait(false);
        }

        return false;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The store may throw any exception. The write is retried.")]
    private async Task<Exception?> TryWriteAsync(PendingFile file, ArtifactPath path)
    {
        try
        {
            var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ContentType = LogPaths.ContentType };
            await _store.WriteBytesAsync(path, file.Content, options, _givenUp.Token).ConfigureAwait(false);
            return null;
        }
        catch (ArtifactExistsException)
        {
            return null; // The path is unique, so an earlier attempt has written the file although it was reported as failed.
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Task DelayAsync(TimeSpan delay)
    {
        var token = Volatile.Read(ref _delay).Token;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(token, _givenUp.Token);
        await Task.Delay(delay, _timeProvider, end.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        if (token.IsCancellationRequested)
        {
            // Not disposed, because a flush may be canceling it. Without a timer, it holds no unmanaged resource.
            Volatile.Write(ref _delay, new CancellationTokenSource());
        }
    }

    private void Drop(string model, long rows, long maxSize)
    {
        var dropped = Interlocked.Add(ref _droppedRows, rows);
        if (Interlocked.Exchange(ref _isDropping, 1) == 0)
        {
            LogDropping(model, maxSize, dropped);
        }
    }

    [LoggerMessage(729, LogLevel.Warning,
        "Writing '{Path}' failed. The file remains in memory, and the write is retried with delays of up to one minute.")]
    private partial void LogFailing(Exception exception, string path);

    [LoggerMessage(731, LogLevel.Information, "The prediction log of the model '{Model}' is written again.")]
    private partial void LogRecovered(string model);

    [LoggerMessage(732, LogLevel.Error, "The files of the prediction log of the model '{Model}' that wait for the store exceed {MaxSize} bytes. "
        + "Predictions are dropped from the log until the store accepts writes; {Dropped} have been dropped. Repair the store, or raise Log:MaxPendingSize.")]
    private partial void LogDropping(string model, long maxSize, long dropped);

    [LoggerMessage(733, LogLevel.Error, "The process ended before the prediction log of the model '{Model}' was written to the store. "
        + "{Dropped} predictions are not in the log. Repair the store, or raise the shutdown timeout of the host.")]
    private partial void LogLost(string model, long dropped);
}
