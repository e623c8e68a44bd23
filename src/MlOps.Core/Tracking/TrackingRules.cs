using MlOps.Documents;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Checks what is to be recorded, before anything is.</summary>
/// <remarks>Every method throws an <see cref="ArgumentException"/> that names the value and says what to do.</remarks>
internal static class TrackingRules
{
    public static void Validate(RunStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        RecordRules.ValidateName("run", start.Name);
        RecordRules.ValidateName("person", start.Actor);
        RecordRules.ValidateText("note", start.Note);
        Validate(start.Parameters, start.Tags!, start.Datasets);
        Require(start.ParentId is null || TrackingPaths.IsRunId(start.ParentId), $"'{start.ParentId}' is no identifier of a run. Give the 32 hexadecimal digits of the run that this one is part of.");
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
                "A run that is deleted for good cannot be changed otherwise. Give nothing beside IsPurged but a reason and an actor.", nameof(change));
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

    /// <summary>Throws if a run has one of the parameters with another value: what a run was set to does not change.</summary>
    public static void ThrowIfOther(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string>? added)
    {
        foreach (var (name, value) in added ?? new Dictionary<string, string>())
        {
            if (recorded.TryGetValue(name, out var before) && before != value)
            {
                throw new ArgumentException(
                    $"The run has the parameter '{name}' with the value '{RecordText.Shorten(before)}', and it cannot become '{RecordText.Shorten(value)}': "
                    + "what a run was set to does not change. Start another run, or record it by another name.",
                    nameof(added));
            }
        }
    }

    private static void Validate(IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, string?> tags, IReadOnlyList<RunDataset> datasets)
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
            Require(dataset.Version is null or > 0, $"The version of the dataset '{dataset.Name}' is {dataset.Version}. Versions begin with 1.");
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
