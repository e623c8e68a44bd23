using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Finds the events to copy. This happens before the content is listed, so that the listing contains all content that these events
/// reference.</summary>
internal sealed class LogComparer(PairedListing pairs, MigrationEndpoint source, MigrationEndpoint target, MigrationReportBuilder report)
{
    /// <summary>Finds the logs with events to copy.</summary>
    /// <param name="prefix">The folder to migrate, or <see langword="null"/> for the whole store.</param>
    /// <param name="limit">The maximum number of logs to compare concurrently.</param>
    /// <exception cref="LogsDivergedException">The target contains events that differ from those of the source.</exception>
    public async Task<IReadOnlyList<PendingEvents>> ReadAsync(ArtifactPath? prefix, ParallelOptions limit)
    {
        var found = new List<PendingEvents>();
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

    private async Task AddAsync(ArtifactPath folder, List<PendingEvents> found, CancellationToken cancellationToken)
    {
        var events = new PendingEvents(folder);
        var isBroken = false;
        await foreach (var (entry, existing) in pairs.ReadAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (!StoreLayout.TryParseEvent(entry.Path, out var log, out var sequence))
            {
                continue;
            }

            report.AddExamined();
            if (log != events.Log)
            {
                AddIfAny(events, found);
                events = new PendingEvents(log);
                isBroken = false;
            }

            if (sequence == events.Last + 1 && !isBroken)
            {
                events.Add(sequence, entry, existing);
            }
            else if (!isBroken)
            {
                isBroken = true;
                report.AddFault(
                    EventPath.Of(log, events.Last + 1),
                    $"The event is missing from the log at the source; '{entry.Path}' exists. Only the earlier events are copied. Restore it from a copy.");
            }
        }

        AddIfAny(events, found);
    }

    private static void AddIfAny(PendingEvents events, List<PendingEvents> found)
    {
        if (events.First > 0)
        {
            found.Add(events);
        }
    }

    /// <summary>Compares the last common event. Each event contains the digest of the previous event, so if these events are equal, all earlier
    /// events are equal.</summary>
    private async ValueTask ThrowIfDivergedAsync(PendingEvents events, CancellationToken cancellationToken)
    {
        if (events.First == 1)
        {
            return;
        }

        var path = EventPath.Of(events.Log, events.First - 1);
        try
        {
            var digest = await source.FindDigestAsync(path, cancellationToken).ConfigureAwait(false);
            if (digest != await target.FindDigestAsync(path, cancellationToken).ConfigureAwait(false))
            {
                throw new LogsDivergedException(events.Log, events.First - 1);
            }
        }
        catch (ArtifactIntegrityException exception)
        {
            report.AddFault(path, exception.Message);
        }
    }
}
