using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Refuses a collection of more than a store in order has as garbage: records are missing then, or are read wrongly.</summary>
/// <remarks>
/// Content that some event in the store named once is accounted for: its record was deleted on purpose. The events are searched for it only where the numbers
/// call for that.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="tally">The counts of the content.</param>
/// <param name="unused">The content that would be marked or deleted, with its sizes.</param>
/// <param name="logger">The logger for events that cannot be read.</param>
internal sealed class GarbageBrake(IArtifactStore store, GarbageTally tally, IReadOnlyDictionary<Sha256Digest, long> unused, ILogger logger)
{
    private const int MinFiles = 1_000;
    private const int MaxPercent = 30;
    private const string Remedy = "Nothing was marked or deleted. If the store is being restored, collect garbage after that. "
        + "Run with DryRun to see the files. If they are to go, set GarbageCollectionOptions.AllowLargeDeletion.";

    /// <summary>Gets the documents among the unused content that name other content. They account for it as long as they are there, so they are deleted
    /// last.</summary>
    public HashSet<Sha256Digest> Manifests { get; private set; } = [];

    /// <summary>Finds the reason to refuse the collection.</summary>
    /// <param name="marker">The marker of the store, if it has one.</param>
    /// <param name="kinds">The kinds of record in the store.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The refusal, or <see langword="null"/> if the collection may go on.</returns>
    public async Task<GarbageCollectionRefusedException?> FindRefusalAsync(
        StoreMarkerDocument? marker, IReadOnlySet<string> kinds, CancellationToken cancellationToken)
    {
        if (tally.Content.Files == 0)
        {
            return null;
        }

        if (marker is null)
        {
            return Refuse(
                Unused(),
                $"the store has content, and its marker '{StoreMarker.Path}' is missing. Restore the marker from a copy; a store "
                + "that is older than markers gets one with its next record.");
        }

        if (marker.Kinds.Count == 0 && kinds.Count == 0)
        {
            return Refuse(Unused(), $"the store has content and no record, and its marker '{StoreMarker.Path}' names no kind of record.");
        }

        if (marker.Kinds.FirstOrDefault(kind => !kinds.Contains(kind)) is { } missing)
        {
            return Refuse(
                Unused(),
                $"the marker '{StoreMarker.Path}' names the kind of record '{missing}', and the store has no record of that kind. "
                + "Restore the records from a copy.");
        }

        if (!IsLarge(unused.Count, tally.Considered))
        {
            return null;
        }

        var named = new NamedContent(store, logger);
        await named.AddAsync(await named.ReadEventsAsync(cancellationToken).ConfigureAwait(false), unused.ContainsKey, cancellationToken).ConfigureAwait(false);
        Manifests = named.Documents;
        var recorded = named.Found;
        var affected = new GarbageCount(unused.Count - recorded.Count, unused.Where(found => !recorded.Contains(found.Key)).Sum(static found => found.Value));
        var considered = tally.Considered - recorded.Count;
        return IsLarge(affected.Files, considered)
            ? Refuse(
                affected,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{affected.Files:N0} of {considered:N0} files would be deleted ({affected.Bytes:N0} bytes), and no event in "
                    + $"the store ever named them. Records may be missing."))
            : null;
    }

    private static bool IsLarge(long affected, long considered) =>
        affected > 0 && (affected >= considered || (considered >= MinFiles && affected * 100 > considered * MaxPercent));

    private GarbageCount Unused() => new(unused.Count, unused.Values.Sum());

    private GarbageCollectionRefusedException Refuse(GarbageCount affected, string reason) =>
        new(tally.Content, affected, $"Garbage collection was refused: {reason} {Remedy}");
}
