using MlOps.Documents;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Validates the values of runs and experiments before they are recorded.</summary>
/// <remarks>Each method throws an <see cref="ArgumentException"/> that names the value and the remedy.</remarks>
internal static class TrackingRules
{
    public static void Validate(RunStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        RecordRules.ValidateName("run", start.Name);
        RecordRules.ValidateName("actor", start.Actor);
        RecordRules.ValidateText("note", start.Note);
        Validate(start.Parameters, start.Tags!, start.Datasets);
        Require(
            start.ParentId is null || TrackingPaths.IsRunId(start.ParentId),
            $"'{start.ParentId}' is not a valid identifier of a run. Set ParentId to the 32 hexadecimal digits of the parent run.");
    }

    public static void Validate(RunChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        RecordRules.ValidateName("run", change.Name);
        RecordRules.ValidateText("note", change.Note);
        RecordRules.ValidateText("reason", change.Reason);
        RecordRules.ValidateName("actor", change.Actor);
        Validate(change.Parameters, change.Tags, change.Datasets);
        if (change.IsPurged
            && (change is not { Name: null, Note: null, IsDeleted: null } || change.Parameters.Count + change.Tags.Count + change.Datasets.Count > 0))
        {
            throw new ArgumentException(
                "A change that purges a run cannot contain other changes. Set only IsPurged, Reason and Actor.", nameof(change));
        }
    }

    public static void Validate(ExperimentChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        RecordRules.ValidateName("experiment", change.DisplayName);
        RecordRules.ValidateText("description", change.Description);
        RecordRules.ValidateTagChanges(change.Tags);
        RecordRules.ValidateText("reason", change.Reason);
        RecordRules.ValidateName("actor", change.Actor);
    }

    /// <summary>Throws an exception if a parameter already has a different value, because recorded parameters cannot be changed.</summary>
    public static void ThrowIfDifferent(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string>? added)
    {
        foreach (var (name, value) in added ?? new Dictionary<string, string>())
        {
            if (recorded.TryGetValue(name, out var before) && before != value)
            {
                throw new ArgumentException(
                    $"The parameter '{name}' of the run has the value '{RecordText.Shorten(before)}' and cannot be changed to '{RecordText.Shorten(value)}'. "
                    + "Start a new run, or record the value under a different name.",
                    nameof(added));
            }
        }
    }

    private static void Validate(
        IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, string?> tags, IReadOnlyList<RunDataset> datasets)
    {
        foreach (var (name, value) in parameters)
        {
            RecordRules.ValidateName("parameter", name);
            RecordRules.ValidateValue($"parameter '{name}'", value);
        }

        RecordRules.ValidateTagChanges(tags);
        foreach (var dataset in datasets)
        {
            RecordRules.ValidateName("dataset", dataset.Name);
            RecordRules.ValidateName("context", dataset.Context);
            RecordRules.ValidateText($"digest of '{dataset.Name}'", dataset.Digest);
            RecordRules.ValidateText($"source of '{dataset.Name}'", dataset.Source);
            Require(dataset.Version is null or > 0, $"The version of the dataset '{dataset.Name}' is {dataset.Version}. Set the version to 1 or greater.");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
