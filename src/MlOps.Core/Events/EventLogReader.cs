using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Reads the events of a log in order and verifies the chain of digests.</summary>
internal sealed class EventLogReader<TEvent>(IArtifactStore store, ArtifactPath folder, JsonTypeInfo<EventDocument<TEvent>> eventType)
{
    /// <summary>The maximum size of an event, in bytes, as specified in <c>FORMAT.md</c>.</summary>
    public const int MaxEventSize = 1 << 20;

    private const int WidestRead = 32;

    public ArtifactPath Folder { get; } = folder.Append("log");

    public ArtifactPath PathOf(long sequence) => EventPath.Of(folder, sequence);

    /// <inheritdoc cref="ReadAfterAsync(long, Sha256Digest?, long, CancellationToken)"/>
    public IAsyncEnumerable<RecordedEvent<TEvent>> ReadAfterAsync(long sequence, Sha256Digest? previous, CancellationToken cancellationToken) =>
        ReadAfterAsync(sequence, previous, long.MaxValue, cancellationToken);

    /// <summary>Reads the events after a sequence number, to the end of the log.</summary>
    /// <remarks>
    /// This costs one request if there is no new event. Otherwise, the number of concurrent requests increases, so that the time for a long log
    /// is not dominated by round trips.
    /// </remarks>
    /// <param name="sequence">The sequence number of the last known event; 0 for none.</param>
    /// <param name="previous">The digest of the last known event.</param>
    /// <param name="last">The sequence number of the last event to read.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved. The message names the event.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names the event.</exception>
    public async IAsyncEnumerable<RecordedEvent<TEvent>> ReadAfterAsync(
        long sequence, Sha256Digest? previous, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (BackgroundPolling.IsActive && await store.FindAsync(PathOf(sequence + 1), cancellationToken).ConfigureAwait(false) is null)
        {
            // Polling usually ends here. Opening an absent artifact would throw; a listing costs twelve times as much on S3 and Azure.
            yield break;
        }

        for (var width = 1; sequence < last; width = (int)Math.Min(Math.Min(width * 2, WidestRead), last - sequence))
        {
            var reads = Enumerable.Range(1, width).Select(ahead => TryReadAsync(sequence + ahead, cancellationToken)).ToArray();
            var read = await Task.WhenAll(reads).ConfigureAwait(false);
            var end = Array.IndexOf(read, null);
            for (var i = 0; i < (end < 0 ? width : end); i++)
            {
                var recorded = read[i]!;
                ThrowIfNotNext(recorded, ++sequence, previous);
                previous = recorded.Digest;
                yield return recorded;
            }

            if (end >= 0)
            {
                // An event after an absent one proves that the absent one was removed, or that a writer is appending events now. In the second
                // case, the absent event exists by now.
                if (Array.FindIndex(read, end, static item => item is not null) >= 0
                    && await TryReadAsync(sequence + 1, cancellationToken).ConfigureAwait(false) is null)
                {
                    throw new ArtifactIntegrityException(
                        PathOf(sequence + 1), expected: null, actual: null, "The event is missing from its log; later events exist.");
                }

                if (Array.FindIndex(read, end, static item => item is not null) < 0)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>Determines with one listing whether an event is still the newest. Its ETag proves that neither the event nor the store was
    /// replaced.</summary>
    public async Task<bool> IsNewestAsync(long sequence, string eTag, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var entry in store.ListAsync(Folder, PathOf(sequence - 1), cancellationToken).ConfigureAwait(false))
        {
            if (++count > 1 || entry.Path != PathOf(sequence) || entry.ETag != eTag)
            {
                return false;
            }
        }

        return count == 1;
    }

    /// <summary>Finds the last event with a listing, and reads it.</summary>
    /// <returns>The event, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="ArtifactIntegrityException">An event is missing, or the last event was moved.</exception>
    public async Task<RecordedEvent<TEvent>?> ReadLastAsync(CancellationToken cancellationToken)
    {
        var last = 0L;
        await foreach (var entry in store.ListAsync(Folder, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            last++;
            if (entry.Path != PathOf(last))
            {
                throw Missing(last, entry.Path);
            }
        }

        var recorded = last == 0 ? null : await TryReadAsync(last, cancellationToken).ConfigureAwait(false);
        if (recorded is not null)
        {
            ThrowIfNotNext(recorded, last, recorded.Document.Previous);
        }

        return recorded;
    }

    /// <summary>Throws if an event is missing and later events exist.</summary>
    /// <param name="last">The sequence number of the last event that was read.</param>
    /// <param name="cancellationToken">A token that cancels the listing.</param>
    public async Task ThrowIfGapAsync(long last, CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(Folder, last == 0 ? null : PathOf(last), cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path != PathOf(last + 1))
            {
                throw Missing(last + 1, entry.Path);
            }

            break; // the event was appended after the log was read
        }
    }

    private ArtifactIntegrityException Missing(long sequence, ArtifactPath found) =>
        new(PathOf(sequence), expected: null, actual: null, $"The event is missing from its log; '{found}' exists.");

    private async Task<RecordedEvent<TEvent>?> TryReadAsync(long sequence, CancellationToken cancellationToken)
    {
        var path = PathOf(sequence);
        return await StoredDocument.TryReadAsync(store, path, MaxEventSize, cancellationToken).ConfigureAwait(false) is { } bytes
            ? new RecordedEvent<TEvent>(StoredDocument.Parse(path, bytes, eventType), Sha256Digest.Of(bytes))
            : null;
    }

    private void ThrowIfNotNext(RecordedEvent<TEvent> recorded, long sequence, Sha256Digest? previous)
    {
        if (recorded.Document.Sequence != sequence)
        {
            throw new ArtifactIntegrityException(
                PathOf(sequence), expected: null, recorded.Digest, $"The artifact contains event {recorded.Document.Sequence} of the log. Events were moved.");
        }

        if (recorded.Document.Previous != previous)
        {
            throw new ArtifactIntegrityException(
                sequence > 1 ? PathOf(sequence - 1) : PathOf(sequence),
                recorded.Document.Previous,
                previous,
                $"Event {sequence} contains the expected digest of the previous event, which does not match. One of the two events was changed.");
        }
    }
}
