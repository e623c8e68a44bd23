using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run that this process records. Implements <see cref="IRun"/> by combining the writer, the metrics and the heartbeat of the
/// run.</summary>
internal sealed partial class ActiveRun : IRun
{
    private const int FilesInEvent = 400;
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
        context.ActiveRuns.Add(this);
    }

    public Run Info => new(_experiment, _id, _writer.State);

    /// <summary>Creates the object for a run that was just started.</summary>
    public static ActiveRun Start(TrackingContext context, ExperimentTracker tracker, RunLog log, LogSnapshot<RunState> snapshot, ArtifactPath? marker)
    {
        var segments = RunSegments.Open(context.Store, log.Experiment, log.RunId, snapshot.State, []);
        var metrics = new RunMetrics(context, log.Experiment, log.RunId, segments, snapshot.State);
        return new ActiveRun(context, tracker, log, metrics, segments, new RunWriter(context, log, snapshot, marker, summarySequence: 0, metrics));
    }

    /// <summary>Creates the object for a resumed or shared run.</summary>
    /// <param name="context">The components and settings that the runs of the store share.</param>
    /// <param name="tracker">The tracker.</param>
    /// <param name="log">The log of the run.</param>
    /// <param name="resumption">The state of the run after it was resumed.</param>
    /// <param name="lastStep">The last step to keep; <see langword="null"/> for all steps.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
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

        // The summaries of a shared run contain only the points of this process. They are combined with the summaries of other processes.
        var mustRebuild = !state.IsShared && (lastStep is not null || resumption.HasCrashed || state.MetricSummaries.Count != state.Metrics.Count);
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
            await run.SuspendAsync(TimeSpan.Zero, failure: null).ConfigureAwait(false); // allows the run to be resumed again immediately
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
            throw new ArgumentException("There are no files to store. Specify files, folders that are not empty, or streams.", nameof(artifacts));
        }

        var folder = artifacts.Folder is null ? null : ArtifactPath.Parse(artifacts.Folder);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in files.Select(file => folder is null ? file : file.MoveTo(folder.Append(file.Path))).Chunk(FilesInEvent))
        {
            await _writer.RecordAsync(new RunEvent { Kind = RunEventKind.Artifacts, Files = part }, actor: null, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<IRun> StartChildAsync(RunStart start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        _writer.ThrowIfEnded();
        return _tracker.StartRunAsync(_experiment, RunInheritance.CreateChildStart(Info, start), cancellationToken);
    }

    public async Task<ModelVersion> RegisterModelAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        await _metrics.FlushAsync(cancellationToken).ConfigureAwait(false); // the version includes all metrics that were recorded before the call
        return await _context.Registry.RegisterAsync(model, RunInheritance.AddOrigin(Info, registration), progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await DeliverAsync(_context.Options.DeliveryTimeout, cancellationToken).ConfigureAwait(false);
        await RecordSummariesAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(RunStatus status = RunStatus.Finished, Exception? failure = null, CancellationToken cancellationToken = default) =>
        status == RunStatus.Running
        ? throw new ArgumentException("A run cannot end with the status Running. Use Finished, Failed or Interrupted.", nameof(status))
        : EndAsync(status, failure is null ? null : RunFailure.Of(failure), _context.Options.DeliveryTimeout, cancellationToken);

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

    private async Task EndUnendedAsync()
    {
        if (_hasEnded || _isStopped)
        {
            return;
        }

        // If the caller tried to end the run, use its status and do not wait for the store again.
        var (status, failure) = _requestedEnd ?? (RunStatus.Failed, new RunFailure(
            typeof(InvalidOperationException).FullName!,
            "The run was disposed before it was ended. Either an exception left its block, or EndAsync was not called."));
        var timeout = _requestedEnd is null ? _context.Options.DeliveryTimeout : TimeSpan.Zero;
        try
        {
            await EndAsync(status, failure, timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotEnded(_id, exception); // rethrowing would hide the exception that left the block
        }
    }

    private async Task EndAsync(RunStatus status, RunFailure? failure, TimeSpan deliveryTimeout, CancellationToken cancellationToken)
    {
        _requestedEnd ??= (status, failure);
        var deliver = () => DeliverAllAsync(deliveryTimeout, cancellationToken);
        if (await _writer.EndAsync(deliver, () => CreateEnd(status, failure), cancellationToken).ConfigureAwait(false))
        {
            _hasEnded = true;
            _context.ActiveRuns.Remove(this);
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
                $"The metrics of run '{_id}' were not delivered, because the store did not accept them within {timeout}. "
                + $"They are saved in '{_context.SpoolFolder}'. End the run again when the store is available, or resume the run on this machine.",
                exception);
        }

        if (_metrics.Dropped is var dropped and > 0)
        {
            LogDropped(dropped, _id);
        }
    }

    /// <summary>Records the metric summaries of a shared run if there are new points.</summary>
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

    /// <summary>Writes a heartbeat. For a shared run, delivers the metrics.</summary>
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

    /// <summary>Rebuilds the summaries from the points in the store, and discards the points after a step.</summary>
    private async Task RebuildSummariesAsync(List<RetiredSteps> retired, long? lastStep, CancellationToken cancellationToken)
    {
        await DeliverAsync(_context.Options.DeliveryTimeout, cancellationToken).ConfigureAwait(false); // delivers the files that another process saved
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

    /// <summary>Delivers the metrics and merges their segments. A failed merge is only logged, because the segments remain
    /// readable.</summary>
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
        _context.ActiveRuns.Remove(this);
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
