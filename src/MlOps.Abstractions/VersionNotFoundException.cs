namespace MlOps;

/// <summary>The exception that is thrown when a model, dataset, version or alias does not exist.</summary>
/// <param name="kind">The kind of the item: <c>model</c> or <c>dataset</c>.</param>
/// <param name="name">The name of the model or dataset.</param>
/// <param name="version">The version number or alias, or <see langword="null"/> if the model or dataset does not exist.</param>
/// <param name="remedy">The existing items or the remedy, as a sentence.</param>
public sealed class VersionNotFoundException(string kind, string name, string? version, string remedy)
    : MlOpsException(version is null ? $"There is no {kind} '{name}'. {remedy}" : $"The {kind} '{name}' has no '{version}'. {remedy}")
{
    /// <summary>Gets the name of the model or dataset.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the version number or alias, or <see langword="null"/> if the model or dataset does not exist.</summary>
    public string? Version { get; } = version;
}
