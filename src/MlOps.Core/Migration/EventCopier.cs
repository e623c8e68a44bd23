using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Copies the new events of logs in order, so that a reader of the target always sees a log in a state that it had at the
/// source.</summary>
internal sealed class EventCopier(
    ArtifactCopier artifacts, MigrationEnd source, MigrationEnd target, WaitingContent waiting, MigrationTally tally, ParallelOptions limit)
{
    /// <summary>Copies the new events of a log, up to the first event that is damaged or missing, or until the content at the target is no
    /// longer protected.</summary>
    /// <exception cref="LogsDivergedException">The target contains a different event.</exception>
    public async ValueTask CopyAsync(LogNews news, CancellationToken cancellationToken)
    {
        if (news.HasNews && StoreLayout.FindIndexed(news.Log) is var (kind, name))
        {
            // From now on, listings at the target read the events after the row of the record, until a newer row is stored.
            await RecordIndex.AnnounceAsync(target.Store, kind, name, news.Last, cancellationToken).ConfigureAwait(false);
        }

        while (news.HasNews && waiting.IsSafe)
        {
            var sequence = news.First;
            tally.AddLooked();
            var path = EventPath.Of(news.Log, sequence);
            try
            {
                if (!await TryWriteAsync(path, cancellationToken).ConfigureAwait(false))
                {
                    await ThrowIfOtherAsync(path, news.Log, sequence, cancellationToken).ConfigureAwait(false);
                }

                news.Advance();
                await waiting.KeepAsync(limit).ConfigureAwait(false);
            }
            catch (Exception exception) when (
                exception is ArtifactIntegrityException or ArtifactNotFoundException or ArtifactConflictException or ArgumentException)
            {
                tally.AddFault(path, $"{exception.Message} Later events of the log are not copied.");
                news.EndBefore(sequence);
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

        tally.AddUnchanged();
    }
}
