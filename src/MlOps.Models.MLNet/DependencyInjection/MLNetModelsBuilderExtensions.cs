using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.Models;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the loader of ML.NET models.</summary>
public static class MLNetModelsBuilderExtensions
{
    /// <summary>Registers <see cref="MLNetModelLoader"/>, which loads versions of the format <c>mlnet</c>, with its options bound from <c>MlOps:MLNet</c>.</summary>
    /// <remarks>May be called more than once.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options in code, such as the assemblies with custom mappings; wins over the section.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddMLNetModels(this MlOpsBuilder builder, Action<MLNetModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions<MLNetModelOptions>("MLNet", static (section, options) => section.Bind(options), configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MLNetModelOptions>, MLNetModelOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelLoader, MLNetModelLoader>(
            static services => CreateLoader(services)));
        return builder;
    }

    private static MLNetModelLoader CreateLoader(IServiceProvider services)
    {
        _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value; // refuses wrong settings of every part
        return new MLNetModelLoader(services.GetRequiredService<IOptions<MLNetModelOptions>>().Value);
    }
}
