using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Reads the events of a log in order and checks the chain of digests.</summary>
internal sealed class EventLogReader<TEvent>(IArtifactStore store, ArtifactPath folder, JsonTypeInfo<EventDocument<TEvent>> eventType)
{
    /// <summary>No event has more bytes; <c>FORMAT.md</c> promises it.</summary>
    public const int MaxEventSize = 1 << 20;

    private const int WidestRead = 32;

    public ArtifactPath Folder { get; } = folder.Append("log");

    public ArtifactPath PathOf(long sequence) => EventPath.Of(folder, sequence);

    /// <inheritdoc cref="ReadAfterAsync(long, Sha256Digest?, long, CancellationToken)"/>
    public IAsyncEnumerable<RecordedEvent<TEvent>> ReadAfterAsync(long sequence, Sha256Digest? previous, CancellationToken cancellationToken) =>
        ReadAfterAsync(sequence, previous, long.MaxValue, cancellationToken);

    /// <summary>Reads the events after one, until there is none.</summary>
    /// <remarks>
    /// One request where there is nothing new. Where there is more, more are asked for at a time, so that a long log is not read one round trip after another.
    /// </remarks>
    /// <param name="sequence">The number of the last event known; 0 for none.</param>
    /// <param name="previous">Its digest.</param>
    /// <param name="last">The number of the last event to read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved; it says which.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read; it says which.</exception>
    public async IAsyncEnumerable<RecordedEvent<TEvent>> ReadAfterAsync(
        long sequence, Sha256Digest? previous, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (BackgroundPolling.IsActive && await store.FindAsync(PathOf(sequence + 1), cancellationToken).ConfigureAwait(false) is null)
        {
            // Polling nearly always ends here. Opening what is not there would throw; listing would cost twelve times as much on S3 and Azure.
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
                // An event after the first that is absent was there when a writer added it, so the absent one was removed. A writer that is
                // adding events right now may also be the reason; then the absent one is there by now.
                if (Array.FindIndex(read, end, static item => item is not null) >= 0 && await TryReadAsync(sequence + 1, cancellationToken).ConfigureAwait(false) is null)
                {
                    throw new ArtifactIntegrityException(PathOf(sequence + 1), expected: null, actual: null, "The event is missing from its log; later ones are there.");
                }

                if (Array.FindIndex(read, end, static item => item is not null) < 0)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>Determines by one listing whether an event that this process wrote or confirmed is still the newest. Its tag proves that it was not replaced,
    /// and
    /// that the store is the one that it was.</summary>
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

    /// <summary>Reads the last event, which a listing finds.</summary>
    /// <returns>The event, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="ArtifactIntegrityException">An event is missing, or the last one was moved.</exception>
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

    /// <summary>Throws if there are events after one that is absent.</summary>
    /// <param name="last">The number of the last event that was read.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public async Task ThrowIfGapAsync(long last, CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(Folder, last == 0 ? null : PathOf(last), cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path != PathOf(last + 1))
            {
                throw Missing(last + 1, entry.Path);
            }

            break; // appended meanwhile
        }
    }

    private ArtifactIntegrityException Missing(long sequence, ArtifactPath found) =>
        new(PathOf(sequence), expected: null, actual: null, $"The event is missing from its log; '{found}' is there.");

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
                PathOf(sequence), expected: null, recorded.Digest, $"It holds event {recorded.Document.Sequence} of the log: events were moved.");
        }

        if (recorded.Document.Previous != previous)
        {
            throw new ArtifactIntegrityException(
                sequence > 1 ? PathOf(sequence - 1) : PathOf(sequence),
                recorded.Document.Previous,
                previous,
                $"Event {sequence} was recorded after one with the expected digest: the one before it, or it itself, was changed.");
        }
    }
}
