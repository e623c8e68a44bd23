using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Copies the news of logs in order, so that a reader at the target sees at any moment the log as it once was at the source.</summary>
internal sealed class EventCopier(ArtifactCopier artifacts, MigrationEnd source, MigrationEnd target, WaitingContent waiting, MigrationTally tally, ParallelOptions limit)
{
    /// <summary>Copies the news of a log up to the first event that is damaged or missing, which is a fault, or for as long as the content at the target is safe.</summary>
    /// <exception cref="LogsDivergedException">The target has another event already.</exception>
    public async ValueTask CopyAsync(LogNews news, CancellationToken cancellationToken)
    {
        if (news.HasNews && StoreLayout.FindIndexed(news.Log) is var (kind, name))
        {
            // A listing at the target reads the events after the row of the record from now on, until it has stored a newer row.
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
            catch (Exception exception) when (exception is ArtifactIntegrityException or ArtifactNotFoundException or ArtifactConflictException or ArgumentException)
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

    /// <summary>The same event, copied by another migration that runs at the same time, is as good as if this one had.</summary>
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
