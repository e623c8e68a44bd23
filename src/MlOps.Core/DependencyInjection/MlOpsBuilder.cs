namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddMlOps</c> returns: the place where providers are added.</summary>
public sealed class MlOpsBuilder
{
    internal MlOpsBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services being configured.</summary>
    public IServiceCollection Services { get; }
}
