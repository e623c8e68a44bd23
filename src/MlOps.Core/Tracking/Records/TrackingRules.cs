using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>Checks what is to be recorded, before anything is.</summary>
/// <remarks>Every method throws an <see cref="ArgumentException"/> that names the value and says what to do.</remarks>
internal static class TrackingRules
{
    public static void Validate(RunStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        ValidateName("run", start.Name);
        ValidateName("person", start.Author);
        ValidateText("note", start.Note);
        Validate(start.Parameters, start.Tags!, start.Datasets);
        Require(start.ParentId is null || TrackingPaths.IsRunId(start.ParentId), $"'{start.ParentId}' is no identifier of a run. Give the 32 hexadecimal digits of the run that this one is part of.");
    }

    public static void Validate(RunChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ValidateName("run", change.Name);
        ValidateText("note", change.Note);
        Validate(change.Parameters, change.Tags, change.Datasets);
    }

    public static void Validate(ExperimentChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ValidateName("experiment", change.DisplayName);
        ValidateText("description", change.Description);
        ValidateTags(change.Tags);
    }

    public static void ValidateName(string what, string? name)
    {
        if (name is not null)
        {
            RecordText.ThrowIfNotName(what, name);
        }
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
            ValidateName("parameter", name);
            ValidateText($"parameter '{name}'", value ?? throw new ArgumentException($"The parameter '{name}' has no value. Give a text, which may be empty.", nameof(parameters)));
        }

        ValidateTags(tags);
        foreach (var dataset in datasets)
        {
            ValidateName("dataset", dataset.Name);
            ValidateName("context", dataset.Context);
            ValidateText($"digest of '{dataset.Name}'", dataset.Digest);
            ValidateText($"source of '{dataset.Name}'", dataset.Source);
            Require(dataset.Version is null or > 0, $"The version of the dataset '{dataset.Name}' is {dataset.Version}. Versions begin with 1.");
        }
    }

    private static void ValidateTags(IReadOnlyDictionary<string, string?> tags)
    {
        foreach (var (name, value) in tags)
        {
            ValidateName("tag", name);
            ValidateText($"tag '{name}'", value);
        }
    }

    private static void ValidateText(string what, string? text)
    {
        if (text is not null && RecordText.FindTextFault(text) is { } fault)
        {
            throw new ArgumentException($"The {what} cannot be recorded: {fault}", nameof(text));
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
