namespace MlOps.Tracking;

/// <summary>An update to a run; null properties are left unchanged.</summary>
public sealed class RunChange
{
    /// <summary>Gets the new name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the parameters to add.</summary>
    /// <value>The default is empty. Adding an existing parameter with the same value has no effect, and with a different value is an error.
    /// A value has at most 100,000 characters.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the tags to set. A <see langword="null"/> value removes the tag.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets the datasets to add.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];

    /// <summary>Gets the new note, in Markdown. An empty string removes the note.</summary>
    public string? Note { get; init; }

    /// <summary>Gets a value indicating whether to delete (<see langword="true"/>) or restore (<see langword="false"/>) the run.</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Gets a value indicating whether to purge the run: its metrics are deleted, and its artifacts are released for garbage
    /// collection. A purged run can no longer be found or restored. Its history remains.</summary>
    /// <value>The default is <see langword="false"/>. A change that purges the run can contain only <see cref="Reason"/> and
    /// <see cref="Actor"/> in addition.</value>
    public bool IsPurged { get; init; }

    /// <summary>Gets the reason for the change, which is recorded in the history.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the actor of the change.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
