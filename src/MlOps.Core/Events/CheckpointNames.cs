namespace MlOps.Events;

/// <summary>The names of checkpoints in the folders of logs. A state with a new structure gets a new name.</summary>
internal static class CheckpointNames
{
    /// <summary>The name for datasets and steps.</summary>
    public const string First = "checkpoint.json";

    /// <summary>The name for models, whose state has resources by kind of machine, for experiments, whose state has an id, and for runs, whose state has
    /// summaries of metrics.</summary>
    public const string Second = "checkpoint-2.json";

    /// <summary>Gets all names.</summary>
    public static IReadOnlyList<string> All { get; } = [First, Second];
}
