using MlOps.Content;
using MlOps.Records;

namespace MlOps.Datasets;

/// <summary>Refuses what could not be recorded, before anything is read or written.</summary>
internal static class DatasetInput
{
    public static void ThrowIfInvalid(DatasetSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        RecordRules.ValidateTags(snapshot.Tags);
        RecordRules.ValidateText("description", snapshot.Description);
        RecordRules.ValidateText("source", snapshot.Source);
        RecordRules.ValidateName("actor", snapshot.Actor);
    }

    public static void ThrowIfInvalid(DatasetChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        RecordRules.ValidateTagChanges(change.Tags);
        RecordRules.ValidateText("description", change.Description);
        RecordRules.ValidateText("reason", change.Reason);
        RecordRules.ValidateName("actor", change.Actor);
        if (change.Delete == (change.Tags.Count > 0 || change.Description is not null))
        {
            throw new ArgumentException("A change sets tags, a description or both, or it deletes. Give exactly one of these.", nameof(change));
        }
    }

    /// <summary>Refuses no files at all, and more than a version can list.</summary>
    public static void ThrowIfUnfit(IReadOnlyList<SourceFile> sources, DatasetSnapshot snapshot)
    {
        if (sources.Count == 0)
        {
            var given = snapshot.Files.Count == 0 ? "Neither files nor streams were given" : $"There is no file in '{string.Join("', '", snapshot.Files)}'";
            throw new ArgumentException($"{given}. A version has at least one.", nameof(snapshot));
        }

        DatasetManifest.ThrowIfTooLarge(sources);
    }
}
