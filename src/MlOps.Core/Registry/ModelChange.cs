namespace MlOps.Registry;

/// <summary>A change to a model or one of its versions. The extension methods of <see cref="ModelChangeExtensions"/> and <see cref="ModelAliasExtensions"/> make them.</summary>
/// <remarks>What the kind does not use must be left at its default.</remarks>
public sealed class ModelChange
{
    /// <summary>Gets what to do: any kind but <see cref="ModelEventKind.Registered"/>.</summary>
    public required ModelEventKind Kind { get; init; }

    /// <summary>Gets the version to change; <see langword="null"/> for the model.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the alias to set, remove or roll back.</summary>
    /// <value>1 to 255 of <c>A–Z a–z 0–9 _ -</c>; not a number, <c>v</c> and a number, or <c>latest</c>.</value>
    public string? Alias { get; init; }

    /// <summary>Gets the version that the alias must point at for the change to be made.</summary>
    /// <value><see langword="null"/>, the default, is any; 0 is that there is no such alias.</value>
    public int? ExpectedVersion { get; init; }

    /// <summary>Gets how many steps to roll back.</summary>
    /// <value>1 or more; <see langword="null"/> is 1.</value>
    public int? Steps { get; init; }

    /// <summary>Gets why. Needed where gates are overruled.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets a value indicating whether an alias is set although gates fail.</summary>
    public bool Force { get; init; }

    /// <summary>Gets the tags to set.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the keys of the tags to remove.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Gets the new description; empty removes it.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the new intended use of a version; empty removes it.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets what was measured; what is <see langword="null"/> in it stays as it was.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets the metrics to add to a version.</summary>
    /// <value>A metric that the version has with the same value may be among them; one that it has with another value is an error.</value>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Gets who does it.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
