namespace MlOps;

/// <summary>The exception that is thrown when a provider violates its contract. The fault is in the provider, not in its caller.</summary>
/// <param name="provider">The type or name of the provider.</param>
/// <param name="rule">The violation, as a sentence.</param>
public sealed class ProviderContractException(string provider, string rule)
    : MlOpsException($"The provider '{provider}' violated its contract: {rule} Run its conformance fixture from MlOps.Testing.")
{
    /// <summary>Gets the type or name of the provider.</summary>
    public string Provider { get; } = provider;

    /// <summary>Gets the violation.</summary>
    public string Rule { get; } = rule;
}
