namespace MlOps.Registry;

/// <summary>A version did not pass the gates of the alias it was to have. Nothing was changed.</summary>
/// <param name="model">The model's name.</param>
/// <param name="alias">The alias.</param>
/// <param name="version">The version's number.</param>
/// <param name="failedGates">The gates it did not pass; at least one.</param>
public sealed class PromotionRefusedException(string model, string alias, int version, IReadOnlyList<GateResult> failedGates)
    : MlOpsException(Describe(model, alias, version, failedGates))
{
    /// <summary>Gets the model's name.</summary>
    public string Model { get; } = model;

    /// <summary>Gets the alias.</summary>
    public string Alias { get; } = alias;

    /// <summary>Gets the version's number.</summary>
    public int Version { get; } = version;

    /// <summary>Gets the gates it did not pass, with what they measured and what they require.</summary>
    public IReadOnlyList<GateResult> FailedGates { get; } = failedGates;

    private static string Describe(string model, string alias, int version, IReadOnlyList<GateResult> failedGates) =>
        $"Version {version} of the model '{model}' cannot become '{alias}': {string.Join("; ", failedGates)}. Nothing was changed. "
        + "Register a version that passes, add what is missing (AddMetricsAsync, TagAsync, DescribeAsync, ProfileAsync, ApproveAsync), "
        + "or force it with a reason, which the history keeps. "
        + $"The gates are set at {RegistryOptions.SectionName}:Aliases:{alias}.";
}
