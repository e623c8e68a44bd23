using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.Models;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the loader of ONNX models.</summary>
public static class OnnxModelsBuilderExtensions
{
    /// <summary>
    /// Registers <see cref="OnnxModelLoader"/>, with its options bound from <c>MlOps:Onnx</c>, and for one model from <c>MlOps:Models:&lt;name&gt;:Onnx</c>,
    /// and then set by code.
    /// </summary>
    /// <remarks>May be called more than once. Loads nothing, the native runtime neither.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options of all models in code; wins over the sections.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddOnnxModels(this MlOpsBuilder builder, Action<OnnxModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModelLoaderOptions<OnnxModelOptions>("Onnx", static (section, options) => section.Bind(options), configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OnnxModelOptions>, OnnxModelOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelLoader, OnnxModelLoader>(
            static services => CreateLoader(services)));
        return builder;
    }

    private static OnnxModelLoader CreateLoader(IServiceProvider services)
    {
        _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value; // refuses wrong settings of every part
        var options = services.GetRequiredService<IOptionsMonitor<OnnxModelOptions>>();
        return new OnnxModelLoader(source => options.Get(source.ServedAs));
    }
}
