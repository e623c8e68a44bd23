using MlOps.Registry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up the model registries that <c>AddMlOps</c> registers: the selected store's as <see cref="IModelRegistry"/>, and each store's under its key.</summary>
public static class ModelRegistryBuilderExtensions
{
    /// <summary>Sets options of the model registries in code, which win over the section <c>MlOps:Registry</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, such as the gates of aliases.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder ConfigureRegistry(this MlOpsBuilder builder, Action<RegistryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }
}
