namespace MlOps.Registry;

/// <summary>The exception that is thrown when a version does not pass the gates of an alias. Nothing was changed.</summary>
/// <param name="model">The name of the model.</param>
/// <param name="alias">The alias.</param>
/// <param name="version">The number of the version.</param>
/// <param name="failedGates">The results of the failed gates; at least one.</param>
public sealed class PromotionRefusedException(string model, string alias, int version, IReadOnlyList<GateResult> failedGates)
    : MlOpsException(Describe(model, alias, version, failedGates))
{
    /// <summary>Gets the name of the model.</summary>
    public string Model { get; } = model;

    /// <summary>Gets the alias.</summary>
    public string Alias { get; } = alias;

    /// <summary>Gets the number of the version.</summary>
    public int Version { get; } = version;

    /// <summary>Gets the results of the failed gates.</summary>
    public IReadOnlyList<GateResult> FailedGates { get; } = failedGates;

    private static string Describe(string model, string alias, int version, IReadOnlyList<GateResult> failedGates) =>
        $"Version {version} of the model '{model}' cannot become '{alias}', because it fails "
        + $"{(failedGates.Count == 1 ? "a gate" : $"{failedGates.Count} gates")}: "
        + $"{string.Join("; ", failedGates)}. The alias was not changed. Register a version that passes the gates, add the missing data "
        + "(AddMetricsAsync, TagAsync, DescribeAsync, SetResourcesAsync, ApproveAsync), or force the alias with a reason. "
        + $"The gates are set at {RegistryOptions.SectionName}:Aliases:{alias}.";
}
