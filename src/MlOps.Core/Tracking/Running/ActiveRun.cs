using System.Collections.Immutable;
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

    private const int MaxMetrics = 5_000;
    private const int FilesInEvent = 1_000;
    private readonly RunServices _services;
    private readonly ILogger _logger;
    private readonly ExperimentTracker _tracker;
    private readonly RunLog _log;
    private readonly string _holder;
    private readonly RunMetrics _metrics;
    private readonly MetricSegments _segments;
    private readonly MetricsScope _scope;
    private readonly RunPulse _pulse;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TimeSpan _cpuAtStart = Process.GetCurrentProcess().TotalProcessorTime;
    private volatile LogSnapshot<RunState> _snapshot;
    private long _summarized;
    private volatile bool _hasEnded;
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
        _metrics = new RunMetrics(log.RunId, segments, services.SpoolFolder, services.Options.MaxSpoolSize, services.TimeProvider, services.Logger);
        _metrics.Begin(snapshot.State.Metrics);
        _scope = services.Metrics.OpenScope(_metrics, new Dictionary<string, string> { ["experiment"] = log.Experiment, ["run"] = log.RunId });
        _pulse = new RunPulse(services.Options, services.TimeProvider, BeatAsync, GetMetric);
    }

    public Run Info => (_snapshot.State with { Metrics = _metrics.Last.ToImmutableSortedDictionary(StringComparer.Ordinal) }).ToRun(_log.Experiment, _log.RunId);

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

    public Metric GetMetric(string name, string? unit = null)
    {
        ThrowIfEnded();
        TrackingRules.ValidateName("metric", name ?? throw new ArgumentNullException(nameof(name)));
        return _metrics.Last.Count < MaxMetrics || _metrics.Last.ContainsKey(name)
            ? _scope.GetMetric(name, unit)
            : throw new ArgumentException(
                $"The run has {MaxMetrics} metrics, and '{name}' would be one more. Put what changes from value to value into the step, or store the numbers as an artifact.", nameof(name));
    }

    public async Task ChangeAsync(RunChange change, CancellationToken cancellationToken = default)
    {
        TrackingRules.Validate(change);
        await RecordAsync(ExperimentTracker.EventOf(change), cancellationToken).ConfigureAwait(false);
    }

    public async Task LogArtifactsAsync(RunArtifacts artifacts, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        ThrowIfEnded();
        var write = await _services.Content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        using var spooled = await SpooledStreams.ReadAsync(artifacts.Streams, cancellationToken).ConfigureAwait(false);
        var files = await write.AddFilesAsync([.. artifacts.Files, .. spooled.Folders], progress, cancellationToken).ConfigureAwait(false);
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
        var child = new RunStart
        {
            Name = start.Name,
            Tags = start.Tags,
            Parameters = start.Parameters,
            Datasets = start.Datasets,
            Note = start.Note,
            ParentId = _log.RunId,
            Seed = start.Seed,
            Author = start.Author ?? _snapshot.State.Author,
        };
        return _tracker.StartRunAsync(_log.Experiment, child, cancellationToken);
    }

    public async Task<ModelVersion> RegisterModelAsync(
        string model, ModelRegistration registration, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        await _scope.FlushAsync(cancellationToken).ConfigureAwait(false); // the version gets the metrics that were recorded up to now
        var run = Info;
        var registered = new ModelRegistration
        {
            Format = registration.Format,
            Files = registration.Files,
            Signature = registration.Signature,
            Examples = registration.Examples,
            Metrics = registration.Metrics.Count > 0 ? registration.Metrics : run.Metrics,
            Parameters = registration.Parameters.Count > 0 ? registration.Parameters : run.Parameters,
            Tags = registration.Tags,
            Description = registration.Description,
            IntendedUse = registration.IntendedUse,
            Lineage = new ModelLineage
            {
                RunId = run.Id,
                RunLink = TrackingPaths.Run(run.Experiment, run.Id).ToString(),
                Datasets = [.. registration.Lineage.Datasets.Concat(run.Datasets.Select(static dataset => dataset.Reference).OfType<DatasetReference>()).Distinct()],
                GitCommit = registration.Lineage.GitCommit ?? run.GitCommit,
                Source = registration.Lineage.Source,
            },
            Resources = registration.Resources,
            Author = registration.Author ?? run.Author,
        };
        return await _services.Registry.RegisterAsync(model, registered, progress, cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(RunStatus status = RunStatus.Finished, Exception? failure = null, CancellationToken cancellationToken = default) => status == RunStatus.Running
        ? throw new ArgumentException("A run does not end as Running. Give Finished, Failed or Interrupted.", nameof(status))
        : EndAsync(status, failure is null ? null : RunFailure.Of(failure), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_hasEnded)
        {
            var failure = new RunFailure(
                typeof(InvalidOperationException).FullName!, "The run was disposed before it was ended: an exception left its block, or EndAsync was not called.");
            try
            {
                await EndAsync(RunStatus.Failed, failure, CancellationToken.None).ConfigureAwait(false);
            }
            catch (MlOpsException exception)
            {
                LogNotEnded(_log.RunId, exception); // thrown from here, it would hide the exception that left the block
            }
        }

        await StopAsync().ConfigureAwait(false);
    }

    private async Task EndAsync(RunStatus status, RunFailure? failure, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_hasEnded)
            {
                return;
            }

            await _scope.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (await _metrics.DeliverWithinAsync(_services.Options.DeliveryTimeout, cancellationToken).ConfigureAwait(false) is { } exception)
            {
                throw new ProviderException(
                    nameof(Tracking),
                    "write",
                    isTransient: true,
                    $"The metrics of run '{_log.RunId}' cannot be delivered: the store has not taken them for {_services.Options.DeliveryTimeout}. They are kept in '{_services.SpoolFolder}'; "
                    + "end the run again when the store is back, or resume it on this machine, which delivers them.",
                    exception);
            }

            if (_scope.Dropped + _metrics.Dropped is var dropped and > 0)
            {
                LogDropped(_log.RunId, dropped);
            }

            await CompactAsync(cancellationToken).ConfigureAwait(false);
            using var process = Process.GetCurrentProcess();
            var ended = new RunEvent
            {
                Kind = RunEventKind.Ended,
                Status = status,
                Failure = failure,
                Resources = new RunResources(process.PeakWorkingSet64, process.TotalProcessorTime - _cpuAtStart),
                Metrics = _metrics.Last.ToImmutableSortedDictionary(StringComparer.Ordinal),
            };
            _snapshot = await _log.AppendAsync(ended, null, ThrowIfLost, cancellationToken).ConfigureAwait(false);
            _hasEnded = true;
            await _pulse.DisposeAsync().ConfigureAwait(false);
            await SummarizeAsync(_snapshot, _summarized, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        await _tracker.IndexAsync(_log.Experiment, _log.RunId, cancellationToken).ConfigureAwait(false);
    }

    private async Task RecordAsync(RunEvent recorded, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfEnded();
            _snapshot = await _log.AppendAsync(recorded, null, ThrowIfLost, cancellationToken).ConfigureAwait(false);
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
            if (!_hasEnded)
            {
                _snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
                ThrowIfLost(_snapshot.State);
                await _scope.FlushAsync(cancellationToken).ConfigureAwait(false);
                await _metrics.DeliverAsync(cancellationToken).ConfigureAwait(false);
                await SummarizeAsync(_snapshot, _summarized, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MlOpsException exception)
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
        var state = _hasEnded ? snapshot.State : snapshot.State with { Metrics = _metrics.Last.ToImmutableSortedDictionary(StringComparer.Ordinal) };
        DateTimeOffset? aliveUntil = _hasEnded ? null : _services.TimeProvider.GetUtcNow() + (MissedHeartbeats * _services.Options.HeartbeatInterval);
        await _log.WriteSummaryAsync(snapshot with { State = state }, aliveUntil, replaced, cancellationToken).ConfigureAwait(false);
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
        _hasEnded = true;
        await _pulse.DisposeAsync().ConfigureAwait(false);
        await _scope.DisposeAsync().ConfigureAwait(false);
        await _metrics.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    private void ThrowIfLost(RunState state)
    {
        if (state.Holder != _holder)
        {
            throw new RunInUseException(_log.RunId, state.Holder ?? "nobody: it was ended elsewhere");
        }
    }

    private void ThrowIfEnded()
    {
        if (_hasEnded)
        {
            throw new InvalidOperationException($"The run '{_log.RunId}' has ended, so nothing can be recorded with it. Resume it with ResumeRunAsync, or start another one.");
        }
    }

    [LoggerMessage(453, LogLevel.Warning, "The run '{Run}' could not say that it is under way; it tries again. If this lasts, it counts as interrupted.")]
    private partial void LogNotBeating(string run, Exception exception);

    [LoggerMessage(454, LogLevel.Error, "The run '{Run}' could not be ended. It will count as interrupted; resume it on this machine to deliver what is missing.")]
    private partial void LogNotEnded(string run, Exception exception);

    [LoggerMessage(456, LogLevel.Warning, "The run '{Run}' is without {Count} values of its metrics: they were recorded faster than they could be kept.")]
    private partial void LogDropped(string run, long count);

    [LoggerMessage(455, LogLevel.Debug, "The segments of the metrics of run '{Run}' could not be put together.")]
    private partial void LogNotCompacted(string run, Exception exception);
}
