namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures MlOps. Providers and served models are registered with extension methods of this class.</summary>
/// <example>
/// <code>
/// services.AddMlOps(configuration).AddS3Storage().AddOnnxModels().AddModel&lt;Customer, Churn&gt;("churn");
/// </code>
/// </example>
public sealed class MlOpsBuilder
{
    internal MlOpsBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the service collection.</summary>
    public IServiceCollection Services { get; }
}
