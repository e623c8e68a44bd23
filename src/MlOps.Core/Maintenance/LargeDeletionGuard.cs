using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Refuses a collection that would delete an unusually large part of the content, because records may be missing or read
/// incorrectly.</summary>
/// <remarks>
/// Content that any event in the store ever referenced does not count, because its record was deleted on purpose. The events are searched only
/// if the number of files exceeds the limit.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="report">The counts of the content.</param>
/// <param name="unused">The content to mark or delete, with its sizes.</param>
/// <param name="logger">The logger for events that cannot be read.</param>
internal sealed class LargeDeletionGuard(IArtifactStore store, GarbageReportBuilder report, IReadOnlyDictionary<Sha256Digest, long> unused, ILogger logger)
{
    private const int MinFiles = 1_000;
    private const int MaxPercent = 30;
    private const string Remedy = "Nothing was marked or deleted. If the store is being restored, collect garbage after the restore is complete. "
        + "Run a dry run to list the files. To delete them, set GarbageCollectionOptions.AllowLargeDeletion.";

    /// <summary>Gets the unused documents that reference other content. They are deleted last, because they prove that the content was
    /// referenced.</summary>
    public HashSet<Sha256Digest> Manifests { get; private set; } = [];

    /// <summary>Finds the reason to refuse the collection.</summary>
    /// <param name="marker">The marker of the store, if any.</param>
    /// <param name="kinds">The kinds of record in the store.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The exception to throw, or <see langword="null"/> if the collection may continue.</returns>
    public async Task<GarbageCollectionRefusedException?> FindRefusalAsync(
        StoreMarkerDocument? marker, IReadOnlySet<string> kinds, CancellationToken cancellationToken)
    {
        if (report.Content.Files == 0)
        {
            return null;
        }

        if (marker is null)
        {
            return Refuse(
                Unused(),
                $"the store contains content, but its marker '{StoreMarker.Path}' is missing. Restore the marker from a copy. "
                + "A store that was created before markers existed gets one when the next record is written.");
        }

        if (marker.Kinds.Count == 0 && kinds.Count == 0)
        {
            return Refuse(Unused(), $"the store contains content but no records, and its marker '{StoreMarker.Path}' lists no kinds of record.");
        }

        if (marker.Kinds.FirstOrDefault(kind => !kinds.Contains(kind)) is { } missing)
        {
            return Refuse(
                Unused(),
                $"the marker '{StoreMarker.Path}' lists the kind of record '{missing}', but the store contains no record of this kind. "
                + "Restore the records from a copy.");
        }

        if (!IsLarge(unused.Count, report.Considered))
        {
            return null;
        }

        var named = new ReferenceScanner(store, logger);
        await named.AddAsync(await named.ReadEventsAsync(cancellationToken).ConfigureAwait(false), unused.ContainsKey, cancellationToken).ConfigureAwait(false);
        Manifests = named.Documents;
        var recorded = named.Found;
        var affected = new GarbageCount(unused.Count - recorded.Count, unused.Where(found => !recorded.Contains(found.Key)).Sum(static found => found.Value));
        var considered = report.Considered - recorded.Count;
        return IsLarge(affected.Files, considered)
            ? Refuse(
                affected,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{affected.Files:N0} of {considered:N0} files would be deleted ({affected.Bytes:N0} bytes), and no event in "
                    + $"the store ever referenced them. Records may be missing."))
            : null;
    }

    private static bool IsLarge(long affected, long considered) =>
        affected > 0 && (affected >= considered || (considered >= MinFiles && affected * 100 > considered * MaxPercent));

    private GarbageCount Unused() => new(unused.Count, unused.Values.Sum());

    private GarbageCollectionRefusedException Refuse(GarbageCount affected, string reason) =>
        new(report.Content, affected, $"The garbage collection was refused: {reason} {Remedy}");
}
