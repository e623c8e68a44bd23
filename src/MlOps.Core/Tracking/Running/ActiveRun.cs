using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run under way in this process.</summary>
internal sealed partial class ActiveRun : IRun
{
    private const int FilesInEvent = 400;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private readonly TrackingContext _context;
    private readonly ILogger _logger;
    private readonly ExperimentTracker _tracker;
    private readonly string _experiment;
    private readonly string _id;
    private readonly RunMetrics _metrics;
    private readonly MetricSegments _segments;
    private readonly RunWriter _writer;
    private readonly Heartbeat _heartbeat;
    private readonly TimeSpan _cpuAtStart = Environment.CpuUsage.TotalTime;
    private long _summarizedCount;
    private (RunStatus Status, RunFailure? Failure)? _requestedEnd;
    private bool _hasEnded;
    private bool _isDisposed;
    private bool _isStopped;

    private ActiveRun(TrackingContext context, ExperimentTracker tracker, RunLog log, RunMetrics metrics, MetricSegments segments, RunWriter writer)
    {
        (_context, _logger, _tracker) = (context, context.Logger, tracker);
        (_experiment, _id) = (log.Experiment, log.RunId);
        _metrics = metrics;
        _segments = segments;
        _writer = writer;
        _heartbeat = new Heartbeat(context.Options, context.TimeProvider, SendHeartbeatAsync, (name, unit) => GetMetric(name, unit));
        context.Active.Add(this);
    }

    public Run Info => new(_experiment, _id, _writer.State);

    /// <summary>Goes on with a run that has just begun.</summary>
    public static ActiveRun Start(TrackingContext context, ExperimentTracker tracker, RunLog log, LogSnapshot<RunState> snapshot, ArtifactPath? marker)
    {
        var segments = RunSegments.Open(context.Store, log.Experiment, log.RunId, snapshot.State, []);
        var metrics = new RunMetrics(context, log.Experiment, log.RunId, segments, snapshot.State);
        return new ActiveRun(context, tracker, log, metrics, segments, new RunWriter(context, log, snapshot, marker, summarySequence: 0, metrics));
    }

    /// <summary>Goes on with a run that was resumed, or that has no owner.</summary>
    /// <param name="services">The services that runs of the store share.</param>
    /// <param name="tracker">The tracker.</param>
    /// <param name="log">The log of the run.</param>
    /// <param name="resumption">The log after it was resumed, the marker that was set before, and what was known of the run.</param>
    /// <param name="lastStep">The last step that remains; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<ActiveRun> ResumeAsync(
        TrackingContext context, ExperimentTracker tracker, RunLog log, RunResumption resumption, long? lastStep, CancellationToken cancellationToken)
    {
        var state = resumption.After.State;
        var retired = state.Retired.ToList();
        var segments = RunSegments.Open(context.Store, log.Experiment, log.RunId, state, retired);
        if (!state.IsShared)
        {
            await segments.ContinueAsync(cancellationToken).ConfigureAwait(false);
        }

        // What is recorded of a run without an owner is added to what other processes record.
        var mustRebuild = !state.IsShared && (lastStep is not null || resumption.IsCrashed || state.MetricSummaries.Count != state.Metrics.Count);
        var before = mustRebuild || state.IsShared ? state with { MetricSummaries = state.MetricSummaries.Clear() } : state;
        var metrics = new RunMetrics(context, log.Experiment, log.RunId, segments, before);
        var writer = new RunWriter(context, log, resumption.After, resumption.Marker, resumption.SummarySequence, metrics);
        var run = new ActiveRun(context, tracker, log, metrics, segments, writer);
        try
        {
            if (mustRebuild || metrics.HasLeftovers)
            {
                await run.RebuildSummariesAsync(retired, lastStep, cancellationToken).ConfigureAwait(false);
            }

            await writer.WriteHeartbeatAsync(static _ => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch
        {
            await run.SuspendAsync(TimeSpan.Zero, failure: null).ConfigureAwait(false); // so that it can be resumed again at once
            await run.StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        _writer.ThrowIfEnded();
        return _metrics.GetMetric(name, unit, tags);
    }

    public Task ChangeAsync(RunChange change, CancellationToken cancellationToken = default)
    {
        var changed = ExperimentTracker.CreateEvent(change);
        return change.IsPurged ? throw new RunInUseException(_id, "this process") : _writer.RecordAsync(changed, change.Actor, cancellationToken);
    }

    public async Task LogArtifactsAsync(RunArtifacts artifacts, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        _writer.ThrowIfEnded();
        var write = await _context.Content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        using var spooled = await SpooledStreams.ReadAsync(artifacts.Streams, cancellationToken).ConfigureAwait(false);
        var sources = SourceFile.FindAll(artifacts.Files, new SourceSelection(artifacts.Links, artifacts.Ignore), spooled.Folders);
        var files = await write.AddFilesAsync(sources, known: null, progress, cancellationToken).ConfigureAwait(false);
        if (files.Count == 0)
        {
            throw new ArgumentException("There are no files to store. Give files, folders that are not empty, or streams.", nameof(artifacts));
        }

        var folder = artifacts.Folder is null ? null : ArtifactPath.Parse(artifacts.Folder);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in files.Select(file => folder is null ? file : file with { Path = folder.Append(file.Path).ToString() }).Chunk(FilesInEvent))
        {
            await _writer.RecordAsync(new RunEvent { Kind = RunEventKind.Artifacts, Files = part }, actor: null, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<IRun> StartChildAsync(RunStart start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        _writer.ThrowIfEnded();
        return _tracker.StartRunAsync(_experiment, RunInheritance.ChildOf(Info, start), cancellationToken);
    }

    public async Task<ModelVersion> RegisterModelAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        await _metrics.FlushAsync(cancellationToken).ConfigureAwait(false); // the version gets the metrics that were recorded up to now
        return await _context.Registry.RegisterAsync(model, RunInheritance.Of(Info, registration), progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await DeliverAsync(_context.Options.DeliveryTimeout, cancellationToken).ConfigureAwait(false);
        await RecordSummariesAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(RunStatus status = RunStatus.Finished, Exception? failure = null, CancellationToken cancellationToken = default) => status == RunStatus.Running
        ? throw new ArgumentException("A run does not end as Running. Give Finished, Failed or Interrupted.", nameof(status))
        : EndAsync(status, failure is null ? null : RunFailure.Of(failure), _context.Options.DeliveryTimeout, cancellationToken);

    /// <summary>Ends the run because the process stops, and stops its heartbeats. What cannot be delivered within a time is in files.</summary>
    public async Task InterruptAsync(TimeSpan timeout)
    {
        using var timeoutSource = CreateTimeout(timeout);
        try
        {
            if (_writer.IsShared)
            {
                await DeliverAllAsync(timeout, timeoutSource.Token).ConfigureAwait(false);
                await RecordSummariesAsync(timeoutSource.Token).ConfigureAwait(false);
            }
            else
            {
                LogInterrupted(_id);
                await EndAsync(RunStatus.Interrupted, failure: null, timeout, timeoutSource.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is MlOpsException or InvalidOperationException or OperationCanceledException)
        {
            LogNotEnded(_id, exception);
        }

        await StopAsync().ConfigureAwait(false);
    }

    /// <summary>Delivers the metrics, because the process is about to stop. What cannot be delivered within a time is in files.</summary>
    public async Task DeliverAsync(TimeSpan timeout)
    {
        using var timeoutSource = CreateTimeout(timeout);
        try
        {
            if (await _metrics.DeliverWithinAsync(timeout, timeoutSource.Token).ConfigureAwait(false) is { } exception)
            {
                LogNotDelivered(_id, exception);
            }
        }
        catch (OperationCanceledException exception)
        {
            LogNotDelivered(_id, exception);
            _metrics.Save();
        }
    }

    /// <summary>Delivers the metrics and records that the run is interrupted, because a signal is about to stop the process. If the process goes on, so does
    /// the
    /// run.</summary>
    public async Task SuspendAsync(TimeSpan timeout, Exception? failure)
    {
        using var timeoutSource = CreateTimeout(timeout);
        try
        {
            await DeliverAsync(timeout).ConfigureAwait(false);
            await RecordSummariesAsync(timeoutSource.Token).ConfigureAwait(false);
            await _writer.SuspendAsync(failure is null ? null : RunFailure.Of(failure), timeoutSource.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MlOpsException or InvalidOperationException or OperationCanceledException)
        {
            LogNotEnded(_id, exception);
        }
    }

    /// <summary>Moves the metrics that are not delivered to files, without the store.</summary>
    public void Save() => _metrics.Save();

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            await (_writer.IsShared ? InterruptAsync(_context.Options.DeliveryTimeout) : EndUnendedAsync()).ConfigureAwait(false);
        }
        finally
        {
            await StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Limits the time of calls of the store that do not return while the process stops.</summary>
    private CancellationTokenSource CreateTimeout(TimeSpan timeout) => new(timeout + s_grace, _context.TimeProvider);

    private async Task EndUnendedAsync()
    {
        if (_hasEnded || _isStopped)
        {
            return;
        }

        // Who tried to end it has errorText how, and has waited for the store already.
        var (status, failure) = _requestedEnd ?? (RunStatus.Failed, new RunFailure(
            typeof(InvalidOperationException).FullName!, "The run was disposed before it was ended: an exception left its block, or EndAsync was not called."));
        var timeout = _requestedEnd is null ? _context.Options.DeliveryTimeout : TimeSpan.Zero;
        try
        {
            await EndAsync(status, failure, timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotEnded(_id, exception); // thrown from here, it would hide the exception that left the block
        }
    }

    private async Task EndAsync(RunStatus status, RunFailure? failure, TimeSpan deliveryTimeout, CancellationToken cancellationToken)
    {
        _requestedEnd ??= (status, failure);
        var deliver = () => DeliverAllAsync(deliveryTimeout, cancellationToken);
        if (await _writer.EndAsync(deliver, () => CreateEnd(status, failure), cancellationToken).ConfigureAwait(false))
        {
            _hasEnded = true;
            _context.Active.Remove(this);
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
            await _tracker.MaintainIndexAsync(_experiment, _id, cancellationToken).ConfigureAwait(false);
        }
        else if (_writer.State.Status != status)
        {
            LogEndedOtherwise(_id, status, _writer.State.Status);
        }
    }

    private async Task DeliverAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (await _metrics.DeliverWithinAsync(timeout, cancellationToken).ConfigureAwait(false) is { } exception)
        {
            throw new ProviderException(
                nameof(Tracking),
                "write",
                isTransient: true,
                $"The metrics of run '{_id}' cannot be delivered: the store has not taken them for {timeout}. They are kept in '{_context.SpoolFolder}'; "
                + "end the run again when the store is back, or resume it on this machine, which delivers them.",
                exception);
        }

        if (_metrics.Dropped is var dropped and > 0)
        {
            LogDropped(_id, dropped);
        }
    }

    /// <summary>Records the summaries of the metrics of a run without an owner, if there are new ones.</summary>
    private async Task RecordSummariesAsync(CancellationToken cancellationToken)
    {
        var count = _metrics.Count;
        if (_writer.IsShared && count > _summarizedCount)
        {
            var measured = new RunEvent { Kind = RunEventKind.Measured, MetricSummaries = _metrics.Summaries };
            await _writer.RecordAsync(measured, actor: null, cancellationToken).ConfigureAwait(false);
            _summarizedCount = count;
        }
    }

    private RunEvent CreateEnd(RunStatus status, RunFailure? failure)
    {
        using var process = Process.GetCurrentProcess();
        var state = _writer.State;
        return new RunEvent
        {
            Kind = RunEventKind.Ended,
            Status = status,
            Failure = failure,
            Resources = new RunResources(process.PeakWorkingSet64, Environment.CpuUsage.TotalTime - _cpuAtStart),
            Metrics = state.Metrics,
            MetricSummaries = state.MetricSummaries,
        };
    }

    /// <summary>Writes a heartbeat, or delivers the metrics of a run without an owner.</summary>
    private async Task SendHeartbeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_writer.IsShared)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _writer.WriteHeartbeatAsync(_metrics.FlushAsync, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RunInUseException exception)
        {
            LogLost(_id, exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _writer.LogHeartbeatFailed(_id, exception);
        }
    }

    /// <summary>Summarizes the points that are in the store, and retires those after a step.</summary>
    private async Task RebuildSummariesAsync(List<RetiredSteps> retired, long? lastStep, CancellationToken cancellationToken)
    {
        await DeliverAsync(_context.Options.DeliveryTimeout, cancellationToken).ConfigureAwait(false); // what another process has left in files
        if (lastStep is { } last)
        {
            retired.Add(new RetiredSteps(_segments.LastBatch, last));
        }

        await _metrics.SummarizeStoredAsync(cancellationToken).ConfigureAwait(false);
        if (lastStep is not null)
        {
            var state = _writer.State;
            var rewound = new RunEvent
            {
                Kind = RunEventKind.Rewound,
                LastStep = lastStep,
                Batch = _segments.LastBatch,
                Metrics = state.Metrics,
                MetricSummaries = state.MetricSummaries,
            };
            await _writer.RecordAsync(rewound, actor: null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Delivers the metrics and joins their segments. These can be read as they are, so a failure to join them is nobody's error.</summary>
    private async Task DeliverAllAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await DeliverAsync(timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            await _segments.CompactAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotCompacted(_id, exception);
        }
    }

    private async Task StopAsync()
    {
        _context.Active.Remove(this);
        if (Interlocked.Exchange(ref _isStopped, true))
        {
            return;
        }

        _writer.Close();
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
        await _metrics.DisposeAsync().ConfigureAwait(false);
        _writer.Dispose();
    }
}
