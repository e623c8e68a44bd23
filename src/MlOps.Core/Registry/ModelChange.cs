namespace MlOps.Registry;

/// <summary>A change to a model or a version. <see cref="ModelChangeExtensions"/>, <see cref="ModelAliasExtensions"/> and
/// <see cref="ModelAlertExtensions"/> create the changes.</summary>
/// <remarks>Immutable and thread-safe. The properties that <see cref="Kind"/> does not use have their default values.</remarks>
public sealed class ModelChange
{
    /// <summary>Gets the kind of the change: any kind but <see cref="ModelEventKind.Registered"/>.</summary>
    public required ModelEventKind Kind { get; init; }

    /// <summary>Gets the number of the version to change; <see langword="null"/> for the model.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the alias to set, remove or roll back.</summary>
    public string? Alias { get; init; }

    /// <summary>Gets the number of the version that the alias must point at before the change.</summary>
    /// <value><see langword="null"/> for any version; 0 if the alias must not exist.</value>
    public int? ExpectedVersion { get; init; }

    /// <summary>Gets the number of steps to roll back.</summary>
    /// <value>1 or more; <see langword="null"/> is 1.</value>
    public int? Steps { get; init; }

    /// <summary>Gets the reason. It is required if <see cref="Force"/> is set.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets a value indicating whether the alias is set even if gates fail.</summary>
    public bool Force { get; init; }

    /// <summary>Gets the tags to set.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the keys of the tags to remove.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Gets the new description. An empty text removes the description.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the new intended use of a version. An empty text removes the intended use.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets the measured resource usage; null properties are left unchanged.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets a value indicating whether recorded values of <see cref="Resources"/> are kept, and the change is refused if all are
    /// recorded.</summary>
    internal bool KeepsRecorded { get; init; }

    /// <summary>Gets the metrics to add to a version.</summary>
    /// <value>A metric that the version already has must have the same value.</value>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Gets the alert to raise or resolve.</summary>
    public ModelAlert? Alert { get; init; }

    /// <summary>Gets the actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</summary>
    public string? Actor { get; init; }
}
