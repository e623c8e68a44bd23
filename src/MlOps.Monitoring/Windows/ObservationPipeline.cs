using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace MlOps.Monitoring.Windows;

/// <summary>Passes observed rows to the sinks and the windows, off the request path.</summary>
/// <remarks>Thread-safe.</remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore without a wait handle holds no unmanaged resource.")]
internal sealed partial class ObservationPipeline(
    WindowWriter writer, InstanceReporter reporter, IReadOnlyList<IObservedRowSink> sinks, RowClock clock, Action<string, long> countDropped, ILogger logger)
{
    private const int ChunksAtOnce = 64;

    // Waking this loop takes the calling thread about 8 µs. A pause makes it wait less often, at most 50 times a second.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_reportedJump = TimeSpan.FromMinutes(1);
    private readonly ILogger _logger = logger;

    // A bounded channel reuses its memory. Its length is limited by the number of chunks before it is full.
    private readonly Channel<(ObservedRows Rows, ObservedChunk Chunk)> _queue = Channel.CreateBounded<(ObservedRows, ObservedChunk)>(1 << 20);
    private readonly ConcurrentDictionary<ObservedRows, bool> _rows = new();
    private readonly ConcurrentDictionary<IObservedRowSink, bool> _failing = new();

    /// <summary>Guards the recorders and the sinks.</summary>
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Guards the writes, so that the windows are profiled while the store is slow.</summary>
    private readonly SemaphoreSlim _checkpoint = new(1);

    /// <summary>Adds a version whose partly filled chunks and windows are written at checkpoints. Adding it again has no effect.</summary>
    public void Add(ObservedRows rows) => _rows.TryAdd(rows, true);

    /// <summary>Adds a chunk to the queue, whose length is limited by the number of chunks.</summary>
    /// <returns><see langword="false"/> if no more rows are accepted.</returns>
    public bool TryEnqueue(ObservedRows rows, ObservedChunk chunk) => _queue.Writer.TryWrite((rows, chunk));

    /// <summary>Processes full chunks until the token is canceled.</summary>
    public async Task ConsumeAsync(CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(s_pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            while (_queue.Reader.Count > 0)
            {
                await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    await DrainAsync(ChunksAtOnce, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
    }

    /// <summary>Processes all observed rows, and writes the changed windows and the status to the store.</summary>
    /// <param name="isEnding">Whether the instance ends. The windows are closed, and the sinks are flushed.</param>
    /// <param name="cancellationToken">A token that cancels the writes.</param>
    public async Task CheckpointAsync(bool isEnding, CancellationToken cancellationToken)
    {
        await _checkpoint.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var snapshot in await TakeSnapshotsAsync(isEnding, cancellationToken).ConfigureAwait(false))
            {
                await writer.WriteAsync(snapshot, cancellationToken).ConfigureAwait(false);
            }

            // The status of this checkpoint includes the versions that are removed.
            ObservedRows[] observed = [.. _rows.Keys];
            await RemoveSavedAsync(cancellationToken).ConfigureAwait(false);
            await reporter.ReportAsync(observed, isEnding, cancellationToken).ConfigureAwait(false);
            if (isEnding)
            {
                foreach (var sink in sinks)
                {
                    await CallAsync(sink, () => sink.FlushAsync(cancellationToken)).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _checkpoint.Release();
        }
    }

    /// <summary>Refuses further rows. They are counted as dropped.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    private async Task<List<WindowSnapshot>> TakeSnapshotsAsync(bool isEnding, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DrainAsync(_queue.Reader.Count, cancellationToken).ConfigureAwait(false);
            var snapshots = new List<WindowSnapshot>();
            foreach (var rows in _rows.Keys)
            {
                foreach (var chunk in rows.TakePartial())
                {
                    await ProcessAsync(rows, chunk, cancellationToken).ConfigureAwait(false);
                }

                if (rows.TakeDropped() is > 0 and var dropped)
                {
                    rows.Recorder.AddDropped(dropped, clock.Ticks);
                    countDropped(rows.Version.ServedAs, dropped);
                    LogDropped(dropped, rows.Version.Version.Number, rows.Version.ServedAs);
                }

                snapshots.AddRange(rows.Recorder.TakeSnapshots(clock.Ticks, isEnding));
            }

            if (clock.Adjust() is var jump && jump.Duration() > s_reportedJump)
            {
                LogJump(jump);
            }

            return snapshots;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task RemoveSavedAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var rows in _rows.Keys)
            {
                foreach (var lost in rows.Recorder.RemoveSaved())
                {
                    LogLost(lost.Path.ToString(), lost.Predictions - lost.SavedPredictions);
                }

                // An observer may begin to use the version at the same time, and then adds it before or after the removal.
                if (rows.IsIdle && _rows.TryRemove(rows, out _) && rows.IsObserved)
                {
                    Add(rows);
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task DrainAsync(int maxChunks, CancellationToken cancellationToken)
    {
        for (var chunk = 0; chunk < maxChunks && _queue.Reader.TryRead(out var next); chunk++)
        {
            await ProcessAsync(next.Rows, next.Chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The rows are counted as dropped, and the failure is logged.")]
    private async Task ProcessAsync(ObservedRows rows, ObservedChunk chunk, CancellationToken cancellationToken)
    {
        chunk.Inputs.Count = chunk.Outputs.Count = chunk.Count;
        try
        {
            foreach (var sink in sinks)
            {
                await CallAsync(sink, () => sink.AddAsync(chunk, cancellationToken).AsTask()).ConfigureAwait(false);
            }

            rows.Recorder.Add(chunk, clock.AdjustedTicks, clock.ExpectedTicks);
        }
        catch (Exception exception)
        {
            rows.Drop(chunk.Count);
            LogNotProfiled(exception, chunk.Count, chunk.Version, chunk.Model);
        }
        finally
        {
            rows.Return(chunk);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed sink must not stop the profiles. It is logged.")]
    private async Task CallAsync(IObservedRowSink sink, Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
            _failing.TryRemove(sink, out _);
        }
        catch (Exception exception)
        {
            if (_failing.TryAdd(sink, true))
            {
                LogSinkFailed(exception, sink.GetType().Name);
            }
        }
    }

    [LoggerMessage(708, LogLevel.Warning,
        "{Count} predictions of version {Version} of the model '{Name}' were not profiled and not logged, because the memory for waiting rows is used up or a "
        + "row could not be read. Raise Monitoring:Windows:QueueMemory, or add instances.")]
    private partial void LogDropped(long count, int version, string name);

    [LoggerMessage(712, LogLevel.Warning,
        "The sink {Sink} of observed predictions failed. Its rows may be missing. Further failures are not logged until a call succeeds.")]
    private partial void LogSinkFailed(Exception exception, string sink);

    [LoggerMessage(713, LogLevel.Warning,
        "The system clock jumped by {Jump}. Predictions are in the windows of their times, and those since the jump are counted as faults of the windows. "
        + "Synchronize the clock of the machine.")]
    private partial void LogJump(TimeSpan jump);

    [LoggerMessage(714, LogLevel.Error,
        "The window '{Path}' is discarded, because too many windows wait to be written. {Predictions} predictions are lost. Make the store reachable.")]
    private partial void LogLost(string path, long predictions);

    [LoggerMessage(715, LogLevel.Error, "{Count} predictions of version {Version} of the model '{Model}' could not be profiled.")]
    private partial void LogNotProfiled(Exception exception, int count, int version, string model);
}
