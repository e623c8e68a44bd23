namespace MlOps;

/// <summary>A provider did something its contract forbids; the provider, not its caller, has to be mended.</summary>
/// <param name="provider">The provider's type or name.</param>
/// <param name="rule">The rule that was broken, as a sentence.</param>
public sealed class ProviderContractException(string provider, string rule)
    : MlOpsException($"'{provider}' broke its contract: {rule} Run its conformance fixture from MlOps.Testing.")
{
    /// <summary>Gets the provider's type or name.</summary>
    public string Provider { get; } = provider;

    /// <summary>Gets the rule that was broken.</summary>
    public string Rule { get; } = rule;
}
