namespace MlOps;

/// <summary>A model, dataset, version or alias that was asked for is not there.</summary>
/// <param name="kind">What was asked for: <c>model</c> or <c>dataset</c>.</param>
/// <param name="name">The name of the model or dataset.</param>
/// <param name="version">The number or alias within it; <see langword="null"/> if the model or dataset itself is not there.</param>
/// <param name="remedy">What is there instead, or what to do, as a sentence.</param>
public sealed class VersionNotFoundException(string kind, string name, string? version, string remedy)
    : MlOpsException(version is null ? $"There is no {kind} '{name}'. {remedy}" : $"The {kind} '{name}' has no '{version}'. {remedy}")
{
    /// <summary>Gets the name of the model or dataset.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the number or alias within it, or <see langword="null"/> if the model or dataset itself is not there.</summary>
    public string? Version { get; } = version;
}
