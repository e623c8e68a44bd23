using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Metrics;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>A run under way in this process.</summary>
internal sealed partial class ActiveRun : IRun
{
    /// <summary>A run that misses so many heartbeats counts as interrupted.</summary>
    public const int MissedHeartbeats = 4;

    private const int FilesInEvent = 400;
    private readonly RunServices _services;
    private readonly ILogger _logger;
    private readonly ExperimentTracker _tracker;
    private readonly RunLog _log;
    private readonly string _holder;
    private readonly RunMetrics _metrics;
    private readonly MetricSegments _segments;
    private readonly RunPulse _pulse;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TimeSpan _cpuAtStart = Environment.CpuUsage.TotalTime;
    private volatile LogSnapshot<RunState> _snapshot;
    private long _summarized;
    private (RunStatus Status, RunFailure? Failure)? _wanted;
    private RunEvent? _end;
    private volatile bool _isClosed;
    private volatile bool _isLost;
    private bool _hasEnded;
    private bool _isDisposed;

    private ActiveRun(RunServices services, ExperimentTracker tracker, RunLog log, LogSnapshot<RunState> snapshot, MetricSegments segments)
    {
        _services = services;
        _logger = services.Logger;
        _tracker = tracker;
        _log = log;
        _snapshot = snapshot;
        _summarized = snapshot.Sequence;
        _holder = snapshot.State.Holder!;
        _segments = segments;
        _metrics = new RunMetrics(services, log.Experiment, log.RunId, segments, snapshot.State);
        _pulse = new RunPulse(services.Options, services.TimeProvider, BeatAsync, GetMetric);
    }

    public Run Info => new(_log.Experiment, _log.RunId, _snapshot.State.WithMetrics(_metrics.Summaries));

    /// <summary>Takes over a run whose log says that it is this process's.</summary>
    public static async Task<ActiveRun> BeginAsync(
        RunServices services, ExperimentTracker tracker, RunLog log, LogSnapshot<RunState> snapshot, long? summarized, CancellationToken cancellationToken)
    {
        var segments = new MetricSegments(services.Store, TrackingPaths.Metrics(log.Experiment, log.RunId));
        if (summarized is not null)
        {
            await segments.ContinueAsync(cancellationToken).ConfigureAwait(false);
        }

        var run = new ActiveRun(services, tracker, log, snapshot, segments);
        try
        {
            await run.SummarizeAsync(snapshot, summarized, cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch
        {
            await run.StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    public MetricHandle GetMetric(string name, string? unit = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ThrowIfEnded();
        return _metrics.GetMetric(name, unit);
    }

    public Task ChangeAsync(RunChange change, CancellationToken cancellationToken = default)
    {
        var changed = ExperimentTracker.EventOf(change);
        return change.IsPurged ? throw new RunInUseException(Info.Id, "this process") : RecordAsync(changed, cancellationToken, change.Actor);
    }

    public async Task LogArtifactsAsync(RunArtifacts artifacts, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        ThrowIfEnded();
        var write = await _services.Content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        using var spooled = await SpooledStreams.ReadAsync(artifacts.Streams, cancellationToken).ConfigureAwait(false);
        var sources = SourceFile.FindAll(artifacts.Files, new SourceSelection(artifacts.Links, artifacts.Ignore), spooled.Folders);
        var files = await write.AddFilesAsync(sources, known: null, progress, cancellationToken).ConfigureAwait(false);
        if (files.Count == 0)
        {
            throw new ArgumentException("There are no files to store. Give files, folders that are not empty, or streams.", nameof(artifacts));
        }

        var folder = artifacts.Folder is null ? null : Storage.ArtifactPath.Parse(artifacts.Folder);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in files.Select(file => folder is null ? file : file with { Path = folder.Append(file.Path).ToString() }).Chunk(FilesInEvent))
        {
            await RecordAsync(new RunEvent { Kind = RunEventKind.Artifacts, Files = part }, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<IRun> StartChildAsync(RunStart start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ThrowIfEnded();
        return _tracker.StartRunAsync(_log.Experiment, RunInheritance.ChildOf(Info, start), cancellationToken);
    }

    public async Task<ModelVersion> RegisterModelAsync(
        string model, ModelRegistration registration, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        await _metrics.FlushAsync(cancellationToken).ConfigureAwait(false); // the version gets the metrics that were recorded up to now
        return await _services.Registry.RegisterAsync(model, RunInheritance.Of(Info, registration), progress, cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(RunStatus status = RunStatus.Finished, Exception? failure = null, CancellationToken cancellationToken = default) => status == RunStatus.Running
        ? throw new ArgumentException("A run does not end as Running. Give Finished, Failed or Interrupted.", nameof(status))
        : EndAsync(status, failure is null ? null : RunFailure.Of(failure), _services.Options.DeliveryTimeout, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            await EndUnendedAsync().ConfigureAwait(false);
        }
        finally
        {
            await StopAsync().ConfigureAwait(false);
        }
    }

    private async Task EndUnendedAsync()
    {
        if (_hasEnded)
        {
            return;
        }

        // Who tried to end it has said how, and has waited for the store already.
        var (status, failure) = _wanted ?? (RunStatus.Failed, new RunFailure(
            typeof(InvalidOperationException).FullName!, "The run was disposed before it was ended: an exception left its block, or EndAsync was not called."));
        var timeout = _wanted is null ? _services.Options.DeliveryTimeout : TimeSpan.Zero;
        try
        {
            await EndAsync(status, failure, timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotEnded(_log.RunId, exception); // thrown from here, it would hide the exception that left the block
        }
    }

    private async Task EndAsync(RunStatus status, RunFailure? failure, TimeSpan deliveryTimeout, CancellationToken cancellationToken)
    {
        _wanted ??= (status, failure);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_hasEnded)
            {
                return;
            }

            if (_isLost)
            {
                throw new RunInUseException(_log.RunId, "another process");
            }

            if (!_isClosed)
            {
                _snapshot = await FindOwnEndAsync(cancellationToken).ConfigureAwait(false)
                    ?? await AppendEndAsync(status, failure, deliveryTimeout, cancellationToken).ConfigureAwait(false);
                _isClosed = true;
                await _pulse.DisposeAsync().ConfigureAwait(false);
            }

            // Where this fails, searches see the run as interrupted; ending it again comes back here.
            await SummarizeAsync(_snapshot, _summarized, cancellationToken).ConfigureAwait(false);
            _hasEnded = true;
        }
        finally
        {
            _turn.Release();
        }

        await _tracker.IndexAsync(_log.Experiment, _log.RunId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the end that an earlier try has recorded, although its answer was lost.</summary>
    /// <exception cref="RunInUseException">Another process has the run.</exception>
    private async Task<LogSnapshot<RunState>?> FindOwnEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            if (_end is not null && now.State.Status != RunStatus.Running && now.State.Resources == _end.Resources)
            {
                return now;
            }

            ThrowIfLost(now.State); // before anything is written: what is in the store is the other's
            return null;
        }
        catch (ProviderException exception) when (exception.IsTransient)
        {
            return null; // the delivery waits for the store
        }
    }

    private async Task<LogSnapshot<RunState>> AppendEndAsync(RunStatus status, RunFailure? failure, TimeSpan deliveryTimeout, CancellationToken cancellationToken)
    {
        await StayAliveAsync(() => DeliverAsync(deliveryTimeout, cancellationToken), cancellationToken).ConfigureAwait(false);
        _end = CreateEnd(status, failure);
        return await _log.AppendAsync(_end, _snapshot.State.Actor, ThrowIfLost, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeliverAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (await _metrics.DeliverWithinAsync(timeout, cancellationToken).ConfigureAwait(false) is { } exception)
        {
            throw new ProviderException(
                nameof(Tracking),
                "write",
                isTransient: true,
                $"The metrics of run '{_log.RunId}' cannot be delivered: the store has not taken them for {timeout}. They are kept in '{_services.SpoolFolder}'; "
                + "end the run again when the store is back, or resume it on this machine, which delivers them.",
                exception);
        }

        if (_metrics.Dropped is var dropped and > 0)
        {
            LogDropped(_log.RunId, dropped);
        }

        await CompactAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something, however long it takes, and goes on to say that the run is alive; the pulse cannot, because it is not its turn.</summary>
    private async Task StayAliveAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_services.Options.HeartbeatInterval, _services.TimeProvider);
        var working = work();
        while (await Task.WhenAny(working, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()).ConfigureAwait(false) != working)
        {
            try
            {
                await SummarizeAsync(_snapshot, _summarized, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotBeating(_log.RunId, exception);
            }
        }

        await working.ConfigureAwait(false);
    }

    private RunEvent CreateEnd(RunStatus status, RunFailure? failure)
    {
        using var process = Process.GetCurrentProcess();
        var summaries = _metrics.Summaries;
        return new RunEvent
        {
            Kind = RunEventKind.Ended,
            Status = status,
            Failure = failure,
            Resources = new RunResources(process.PeakWorkingSet64, Environment.CpuUsage.TotalTime - _cpuAtStart),
            Metrics = RunState.LastOf(summaries),
            MetricSummaries = summaries,
        };
    }

    private async Task RecordAsync(RunEvent recorded, CancellationToken cancellationToken, string? actor = null)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfEnded();
            _snapshot = await _log.AppendAsync(recorded, actor ?? _snapshot.State.Actor, ThrowIfLost, cancellationToken).ConfigureAwait(false);
            await SummarizeAsync(_snapshot, _summarized, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Delivers metrics and says that the run is alive.</summary>
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isClosed)
            {
                _snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
                ThrowIfLost(_snapshot.State);
                await _metrics.FlushAsync(cancellationToken).ConfigureAwait(false);
                await SummarizeAsync(_snapshot, _summarized, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RunInUseException exception)
        {
            LogLost(_log.RunId, exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotBeating(_log.RunId, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SummarizeAsync(LogSnapshot<RunState> snapshot, long? replaced, CancellationToken cancellationToken)
    {
        var isRunning = snapshot.State.Status == RunStatus.Running;
        var state = isRunning ? snapshot.State.WithMetrics(_metrics.Summaries) : snapshot.State;
        DateTimeOffset? aliveUntil = isRunning ? _services.TimeProvider.GetUtcNow() + (MissedHeartbeats * _services.Options.HeartbeatInterval) : null;
        await _log.WriteSummaryAsync(snapshot with { State = state }, aliveUntil, replaced, heard: null, cancellationToken).ConfigureAwait(false);
        _summarized = snapshot.Sequence;
    }

    /// <summary>Puts the segments of metrics together. They can be read as they are, so its failure is nobody's error.</summary>
    private async Task CompactAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _segments.CompactAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotCompacted(_log.RunId, exception);
        }
    }

    private async Task StopAsync()
    {
        _isClosed = true;
        await _pulse.DisposeAsync().ConfigureAwait(false);
        await _metrics.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    private void ThrowIfLost(RunState state)
    {
        if (state.Holder != _holder)
        {
            (_isLost, _isClosed) = (true, true);
            _metrics.Abandon();
            throw new RunInUseException(_log.RunId, state.Holder ?? "nobody: it was ended elsewhere");
        }
    }

    private void ThrowIfEnded()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException($"The run '{_log.RunId}' has ended, so nothing can be recorded with it. Resume it with ResumeRunAsync, or start another one.");
        }
    }
}
