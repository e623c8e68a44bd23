using MlOps.Registry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures the model registries that <c>AddMlOps</c> registers.</summary>
public static class ModelRegistryBuilderExtensions
{
    /// <summary>Sets options of the model registries in code. These take precedence over the section <c>MlOps:Registry</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, such as the promotion gates of aliases.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder ConfigureRegistry(this MlOpsBuilder builder, Action<RegistryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }
}
