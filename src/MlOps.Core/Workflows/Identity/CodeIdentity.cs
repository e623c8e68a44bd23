using System.Text.Json.Serialization;

namespace MlOps.Workflows;

/// <summary>The identity of the code of a step: its functions and their assemblies, or the version that the author of the step sets.</summary>
internal sealed class CodeIdentity
{
    /// <summary>Gets the version that the author of the step sets.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the functions that the step calls; absent if the step has a version.</summary>
    public IReadOnlyList<FunctionIdentity>? Functions { get; init; }

    /// <summary>Gets the module version ids of the assemblies of the functions, and of the local assemblies that they reference, by name.</summary>
    public SortedDictionary<string, string>? Assemblies { get; init; }

    /// <summary>Gets the versions and hashes of the NuGet packages that the step names.</summary>
    public SortedDictionary<string, string>? Packages { get; init; }

    /// <summary>Gets the environment variables that the step names; a value that looks like a secret is replaced by its digest.</summary>
    public SortedDictionary<string, string?>? Environment { get; init; }

    /// <summary>Gets the reason why the identity is not certain.</summary>
    /// <value><see langword="null"/> if the identity is certain.</value>
    [JsonIgnore]
    public string? UncertainReason { get; init; }
}
