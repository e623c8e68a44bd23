using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the loader for ML.NET models and the classifier of rows.</summary>
public static class MLNetModelsBuilderExtensions
{
    /// <summary>Registers <see cref="MLNetModelLoader"/>, which loads models of the format <c>mlnet</c>, and an <see cref="IRowClassifier"/>.</summary>
    /// <remarks>The options are bound from the section <c>MlOps:MLNet</c>. Repeated calls have no effect.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Configures options in code, such as assemblies with custom mappings. It overrides the section.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddMLNetModels(this MlOpsBuilder builder, Action<MLNetModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions<MLNetModelOptions>("MLNet", static (section, options) => section.Bind(options), configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MLNetModelOptions>, MLNetModelOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelLoader, MLNetModelLoader>(
            static services => CreateLoader(services)));
        builder.Services.TryAddSingleton<IRowClassifier, FastTreeRowClassifier>();
        return builder;
    }

    private static MLNetModelLoader CreateLoader(IServiceProvider services)
    {
        _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value; // Validates the settings of all parts.
        return new MLNetModelLoader(services.GetRequiredService<IOptions<MLNetModelOptions>>().Value);
    }
}
