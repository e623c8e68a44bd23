using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Finds the events to copy. This happens before the content is listed, so that the listing contains all content that these events
/// reference.</summary>
internal sealed class LogSurvey(PairedListing pairs, MigrationEnd source, MigrationEnd target, MigrationTally tally)
{
    /// <summary>Finds the logs with events to copy.</summary>
    /// <param name="prefix">The folder to migrate, or <see langword="null"/> for the whole store.</param>
    /// <param name="limit">The maximum number of logs to compare concurrently.</param>
    /// <exception cref="LogsDivergedException">The target contains events that differ from those of the source.</exception>
    public async Task<IReadOnlyList<LogNews>> ReadAsync(ArtifactPath? prefix, ParallelOptions limit)
    {
        var found = new List<LogNews>();
        foreach (var records in StoreLayout.RecordFolders)
        {
            if (StoreLayout.FindCommon(records, prefix) is { } folder)
            {
                await AddAsync(folder, found, limit.CancellationToken).ConfigureAwait(false);
            }
        }

        await Parallel.ForEachAsync(found, limit, ThrowIfDivergedAsync).ConfigureAwait(false);
        return found;
    }

    private async Task AddAsync(ArtifactPath folder, List<LogNews> found, CancellationToken cancellationToken)
    {
        var news = new LogNews(folder);
        var isBroken = false;
        await foreach (var (entry, existing) in pairs.ReadAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (!StoreLayout.TryParseEvent(entry.Path, out var log, out var sequence))
            {
                continue;
            }

            tally.AddLooked();
            if (log != news.Log)
            {
                AddIfAny(news, found);
                news = new LogNews(log);
                isBroken = false;
            }

            if (sequence == news.Last + 1 && !isBroken)
            {
                news.Add(sequence, entry, existing);
            }
            else if (!isBroken)
            {
                isBroken = true;
                tally.AddFault(
                    EventPath.Of(log, news.Last + 1),
                    $"The event is missing from the log at the source; '{entry.Path}' exists. Only the earlier events are copied. Restore it from a copy.");
            }
        }

        AddIfAny(news, found);
    }

    private static void AddIfAny(LogNews news, List<LogNews> found)
    {
        if (news.First > 0)
        {
            found.Add(news);
        }
    }

    /// <summary>Compares the last common event. Each event contains the digest of the previous event, so if these events are equal, all earlier
    /// events are equal.</summary>
    private async ValueTask ThrowIfDivergedAsync(LogNews news, CancellationToken cancellationToken)
    {
        if (news.First == 1)
        {
            return;
        }

        var path = EventPath.Of(news.Log, news.First - 1);
        try
        {
            var digest = await source.FindDigestAsync(path, cancellationToken).ConfigureAwait(false);
            if (digest != await target.FindDigestAsync(path, cancellationToken).ConfigureAwait(false))
            {
                throw new LogsDivergedException(news.Log, news.First - 1);
            }
        }
        catch (ArtifactIntegrityException exception)
        {
            tally.AddFault(path, exception.Message);
        }
    }
}
