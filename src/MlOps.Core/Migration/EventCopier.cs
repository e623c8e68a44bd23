using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Copies the new events of logs in order, so that a reader of the target always sees a log in a state that it had at the
/// source.</summary>
internal sealed class EventCopier(
    ArtifactCopier artifacts,
    MigrationEndpoint source,
    MigrationEndpoint target,
    PendingContent pendingContent,
    MigrationReportBuilder report,
    ParallelOptions limit)
{
    /// <summary>Copies the new events of a log, up to the first event that is damaged or missing, or until the content at the target is no
    /// longer protected.</summary>
    /// <exception cref="LogsDivergedException">The target contains a different event.</exception>
    public async ValueTask CopyAsync(PendingEvents events, CancellationToken cancellationToken)
    {
        if (events.HasEvents && StoreLayout.FindIndexed(events.Log) is var (kind, name))
        {
            // From now on, listings at the target read the events after the row of the record, until a newer row is stored.
            await RecordIndex.AnnounceAsync(target.Store, kind, name, events.Last, cancellationToken).ConfigureAwait(false);
        }

        while (events.HasEvents && pendingContent.IsSafe)
        {
            var sequence = events.First;
            report.AddExamined();
            var path = EventPath.Of(events.Log, sequence);
            try
            {
                if (!await TryWriteAsync(path, cancellationToken).ConfigureAwait(false))
                {
                    await ThrowIfOtherAsync(path, events.Log, sequence, cancellationToken).ConfigureAwait(false);
                }

                events.Advance();
                await pendingContent.RefreshIfDueAsync(limit).ConfigureAwait(false);
            }
            catch (Exception exception) when (
                exception is ArtifactIntegrityException or ArtifactNotFoundException or ArtifactConflictException or ArgumentException)
            {
                report.AddFault(path, $"{exception.Message} Later events of the log are not copied.");
                events.Truncate(sequence);
            }
        }
    }

    private async Task<bool> TryWriteAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            await artifacts.WriteAsync(path, WriteCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ArtifactExistsException)
        {
            return false;
        }
    }

    /// <summary>Throws if the target contains a different event. The same event may exist because another migration runs concurrently.</summary>
    private async Task ThrowIfOtherAsync(ArtifactPath path, ArtifactPath log, long sequence, CancellationToken cancellationToken)
    {
        var digest = await source.FindDigestAsync(path, cancellationToken).ConfigureAwait(false);
        if (digest != await target.FindDigestAsync(path, cancellationToken).ConfigureAwait(false))
        {
            throw new LogsDivergedException(log, sequence);
        }

        report.AddUnchanged();
    }
}
