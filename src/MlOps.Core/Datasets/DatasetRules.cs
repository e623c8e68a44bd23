using MlOps.Content;
using MlOps.Records;

namespace MlOps.Datasets;

/// <summary>Validates snapshots and changes of datasets before data is read or written.</summary>
internal static class DatasetRules
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
            throw new ArgumentException(
                "A change either sets tags or a description, or deletes the dataset or version. Set Tags or Description, or set Delete, but not both.",
                nameof(change));
        }
    }

    /// <summary>Validates the number of files: at least one, and at most as many as a manifest can list.</summary>
    public static void ThrowIfInvalid(IReadOnlyList<SourceFile> sources, DatasetSnapshot snapshot)
    {
        if (sources.Count == 0)
        {
            var fault = snapshot.Files.Count == 0
                ? "The snapshot has neither files nor streams"
                : $"There is no file in '{string.Join("', '", snapshot.Files)}'";
            throw new ArgumentException($"{fault}. Specify at least one file or stream.", nameof(snapshot));
        }

        DatasetManifest.ThrowIfTooLarge(sources);
    }
}
