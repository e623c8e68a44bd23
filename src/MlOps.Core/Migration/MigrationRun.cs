using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>A run of a migration.</summary>
internal sealed class MigrationRun
{
    private readonly MigrationOptions _options;
    private readonly ParallelOptions _limit;
    private readonly MigrationTally _tally;
    private readonly MigrationEnd _source;
    private readonly MigrationEnd _target;
    private readonly MigrationStores _stores;
    private readonly PairedListing _pairs;
    private readonly ArtifactCopier _artifacts;
    private readonly WaitingContent _waiting;
    private readonly Dictionary<ArtifactPath, LogNews> _news = [];

    public MigrationRun(
        IArtifactStore source, IArtifactStore target, MigrationOptions options, MigrationTally tally, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        _options = options;
        _limit = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        _tally = tally;
        _source = new MigrationEnd(source, "source");
        _target = new MigrationEnd(target, "target");
        _waiting = new WaitingContent(_source, _target, timeProvider);
        _stores = new MigrationStores(source, target, options, tally);
        _pairs = new PairedListing(source, target, tally);
        _artifacts = new ArtifactCopier(_source, _target, tally, options.DryRun);
    }

    public async Task<MigrationReport> RunAsync()
    {
        if (!await _stores.BeginAsync(_limit.CancellationToken).ConfigureAwait(false))
        {
            return _tally.ToReport(_options.DryRun);
        }

        _tally.Enter(MigrationStep.Survey);
        var news = await new LogSurvey(_pairs, _source, _target, _tally).ReadAsync(_options.Prefix, _limit).ConfigureAwait(false);
        foreach (var log in news)
        {
            _news[log.Log] = log;
        }

        if (_options.DryRun)
        {
            await CopyArtifactsAsync(news, isFirst: true).ConfigureAwait(false);
            _tally.AddCopied(news.Sum(static log => log.Count), news.Sum(static log => log.Bytes));
        }
        else
        {
            await CopyInTimeAsync(news).ConfigureAwait(false);
        }

        if (_options is { DryRun: false, Verification: not MigrationVerification.None })
        {
            _tally.Enter(MigrationStep.Verification);
            await VerifyAsync().ConfigureAwait(false);
        }

        var report = _tally.ToReport(_options.DryRun);
        if (!_options.DryRun)
        {
            await _stores.EndAsync(_news.Keys, report.IsComplete, _limit.CancellationToken).ConfigureAwait(false);
        }

        return report;
    }

    /// <summary>Copies artifacts and then events. Repeats both while events remain, because events may be written only for a limited time after
    /// their content was confirmed.</summary>
    private async Task CopyInTimeAsync(IReadOnlyList<LogNews> news)
    {
        var isFirst = true;
        do
        {
            await _waiting.BeginAsync(_limit).ConfigureAwait(false);
            await CopyArtifactsAsync(news, isFirst).ConfigureAwait(false);
            _tally.Enter(MigrationStep.Events);
            var copier = new EventCopier(_artifacts, _source, _target, _waiting, _tally, _limit);
            await Parallel.ForEachAsync(news, _limit, copier.CopyAsync).ConfigureAwait(false);
            isFirst = false;
        }
        while (news.Any(static log => log.HasNews));
    }

    private async Task CopyArtifactsAsync(IReadOnlyList<LogNews> news, bool isFirst)
    {
        _tally.Enter(MigrationStep.Artifacts);
        await Parallel.ForEachAsync(_pairs.ReadAsync(_options.Prefix, _limit.CancellationToken), _limit, async (pair, token) =>
        {
            if (!StoreLayout.IsEvent(pair.Source.Path))
            {
                await CopyAsync(pair.Source, pair.Target, isFirst, token).ConfigureAwait(false);
            }
            else if (isFirst && pair.Target is not null)
            {
                _tally.AddUnchanged();
            }
        }).ConfigureAwait(false);
        if (_options.Prefix is not null)
        {
            await Parallel.ForEachAsync(ReadNamedAsync(news.SelectMany(static log => log.Paths).ToAsyncEnumerable()), _limit, async (info, token) =>
                await CopyAsync(info, await FindAtTargetAsync(info.Path, token).ConfigureAwait(false), isFirst, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    private async Task CopyAsync(ArtifactEntry entry, ArtifactEntry? existing, bool isFirst, CancellationToken cancellationToken)
    {
        _tally.AddLooked();
        await _waiting.KeepAsync(_limit).ConfigureAwait(false);
        switch (await _artifacts.CopyAsync(entry, existing, cancellationToken).ConfigureAwait(false))
        {
            case CopyOutcome.Unchanged when isFirst:
                _tally.AddUnchanged();
                break;
            case CopyOutcome.Deleted:
                _tally.AddDeleted();
                break;
        }
    }

    private async Task VerifyAsync()
    {
        var verifier = new MigrationVerifier(_artifacts, _source, _target, _tally, _options.Verification == MigrationVerification.Content);
        await Parallel.ForEachAsync(_pairs.ReadAsync(_options.Prefix, _limit.CancellationToken), _limit, async (pair, token) =>
            await verifier.VerifyAsync(pair.Source, pair.Target, IsNews, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (_options.Prefix is not null)
        {
            await Parallel.ForEachAsync(ReadNamedAsync(ReadEventsAsync()), _limit, async (info, token) =>
                await verifier.VerifyAsync(info, await FindAtTargetAsync(info.Path, token).ConfigureAwait(false), IsNews, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Determines whether an event was recorded after the logs were compared.</summary>
    private bool IsNews(ArtifactPath path) =>
        StoreLayout.TryParseEvent(path, out var log, out var sequence) && !(_news.TryGetValue(log, out var news) && sequence <= news.Last);

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
        var references = new ContentReferences(_source, _tally, _limit);
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
            _tally.AddFault(path, exception.Message);
            return null;
        }
    }
}
