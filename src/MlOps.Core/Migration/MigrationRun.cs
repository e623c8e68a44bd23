using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>A run of a migration.</summary>
internal sealed class MigrationRun
{
    private readonly MigrationOptions _options;
    private readonly ParallelOptions _limit;
    private readonly MigrationReportBuilder _report;
    private readonly MigrationEndpoint _source;
    private readonly MigrationEndpoint _target;
    private readonly MigrationMarkers _markers;
    private readonly PairedListing _pairs;
    private readonly ArtifactCopier _artifacts;
    private readonly PendingContent _pendingContent;
    private readonly Dictionary<ArtifactPath, PendingEvents> _logs = [];

    public MigrationRun(
        IArtifactStore source, IArtifactStore target, MigrationOptions options, MigrationReportBuilder report, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        _options = options;
        _limit = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        _report = report;
        _source = new MigrationEndpoint(source, "source");
        _target = new MigrationEndpoint(target, "target");
        _pendingContent = new PendingContent(_source, _target, timeProvider);
        _markers = new MigrationMarkers(source, target, options, report);
        _pairs = new PairedListing(source, target, report);
        _artifacts = new ArtifactCopier(_source, _target, report, options.DryRun);
    }

    public async Task<MigrationReport> RunAsync()
    {
        if (!await _markers.BeginAsync(_limit.CancellationToken).ConfigureAwait(false))
        {
            return _report.ToReport(_options.DryRun);
        }

        _report.Enter(MigrationStep.Survey);
        var logs = await new LogComparer(_pairs, _source, _target, _report).ReadAsync(_options.Prefix, _limit).ConfigureAwait(false);
        foreach (var log in logs)
        {
            _logs[log.Log] = log;
        }

        if (_options.DryRun)
        {
            await CopyArtifactsAsync(logs, isFirst: true).ConfigureAwait(false);
            _report.AddCopied(logs.Sum(static log => log.Count), logs.Sum(static log => log.Bytes));
        }
        else
        {
            await CopyInTimeAsync(logs).ConfigureAwait(false);
        }

        if (_options is { DryRun: false, Verification: not MigrationVerification.None })
        {
            _report.Enter(MigrationStep.Verification);
            await VerifyAsync().ConfigureAwait(false);
        }

        var report = _report.ToReport(_options.DryRun);
        if (!_options.DryRun)
        {
            await _markers.EndAsync(_logs.Keys, report.IsComplete, _limit.CancellationToken).ConfigureAwait(false);
        }

        return report;
    }

    /// <summary>Copies artifacts and then events. Repeats both while events remain, because events may be written only for a limited time after
    /// their content was confirmed.</summary>
    private async Task CopyInTimeAsync(IReadOnlyList<PendingEvents> logs)
    {
        var isFirst = true;
        do
        {
            await _pendingContent.BeginAsync(_limit).ConfigureAwait(false);
            await CopyArtifactsAsync(logs, isFirst).ConfigureAwait(false);
            _report.Enter(MigrationStep.Events);
            var copier = new EventCopier(_artifacts, _source, _target, _pendingContent, _report, _limit);
            await Parallel.ForEachAsync(logs, _limit, copier.CopyAsync).ConfigureAwait(false);
            isFirst = false;
        }
        while (logs.Any(static log => log.HasEvents));
    }

    private async Task CopyArtifactsAsync(IReadOnlyList<PendingEvents> logs, bool isFirst)
    {
        _report.Enter(MigrationStep.Artifacts);
        await Parallel.ForEachAsync(_pairs.ReadAsync(_options.Prefix, _limit.CancellationToken), _limit, async (pair, token) =>
        {
            if (!StoreLayout.IsEvent(pair.Source.Path))
            {
                await CopyAsync(pair.Source, pair.Target, isFirst, token).ConfigureAwait(false);
            }
            else if (isFirst && pair.Target is not null)
            {
                _report.AddUnchanged();
            }
        }).ConfigureAwait(false);
        if (_options.Prefix is not null)
        {
            await Parallel.ForEachAsync(ReadNamedAsync(logs.SelectMany(static log => log.Paths).ToAsyncEnumerable()), _limit, async (info, token) =>
                await CopyAsync(info, await FindAtTargetAsync(info.Path, token).ConfigureAwait(false), isFirst, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    private async Task CopyAsync(ArtifactEntry entry, ArtifactEntry? existing, bool isFirst, CancellationToken cancellationToken)
    {
        _report.AddExamined();
        await _pendingContent.RefreshIfDueAsync(_limit).ConfigureAwait(false);
        switch (await _artifacts.CopyAsync(entry, existing, cancellationToken).ConfigureAwait(false))
        {
            case CopyOutcome.Unchanged when isFirst:
                _report.AddUnchanged();
                break;
            case CopyOutcome.Deleted:
                _report.AddDeleted();
                break;
        }
    }

    private async Task VerifyAsync()
    {
        var verifier = new MigrationVerifier(_artifacts, _source, _target, _report, _options.Verification == MigrationVerification.Content);
        await Parallel.ForEachAsync(_pairs.ReadAsync(_options.Prefix, _limit.CancellationToken), _limit, async (pair, token) =>
            await verifier.VerifyAsync(pair.Source, pair.Target, IsTooNew, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (_options.Prefix is not null)
        {
            await Parallel.ForEachAsync(ReadNamedAsync(ReadEventsAsync()), _limit, async (info, token) =>
                await verifier.VerifyAsync(info, await FindAtTargetAsync(info.Path, token).ConfigureAwait(false), IsTooNew, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Determines whether an event was recorded after the logs were compared.</summary>
    private bool IsTooNew(ArtifactPath path) =>
        StoreLayout.TryParseEvent(path, out var log, out var sequence) && !(_logs.TryGetValue(log, out var events) && sequence <= events.Last);

    private async IAsyncEnumerable<ArtifactPath> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (entry, existing) in _pairs.ReadAsync(_options.Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (existing is not null && StoreLayout.IsEvent(entry.Path))
            {
                yield return entry.Path;
            }
        }
    }

    /// <summary>Finds the content that events reference.</summary>
    private async IAsyncEnumerable<ArtifactInfo> ReadNamedAsync(
        IAsyncEnumerable<ArtifactPath> events, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var references = new ContentReferences(_source, _report, _limit);
        await foreach (var path in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var info in await references.ReadAsync(path).ConfigureAwait(false))
            {
                yield return info;
            }
        }
    }

    private async Task<ArtifactEntry?> FindAtTargetAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return await _target.FindAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            _report.AddFault(path, exception.Message);
            return null;
        }
    }
}
