using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.Models;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the loader for ONNX models.</summary>
public static class OnnxModelsBuilderExtensions
{
    /// <summary>Registers <see cref="OnnxModelLoader"/>, which loads models of the format <c>onnx</c>.</summary>
    /// <remarks>
    /// The options are bound from the section <c>MlOps:Onnx</c>, and then from <c>MlOps:Models:&lt;name&gt;:Onnx</c> for one served model. Repeated calls have
    /// no effect. The call loads neither models nor the native runtime.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Configures the options of all models in code. It overrides the sections.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddOnnxModels(this MlOpsBuilder builder, Action<OnnxModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModelOptions<OnnxModelOptions>("Onnx", static (section, options) => section.Bind(options), configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OnnxModelOptions>, OnnxModelOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelLoader, OnnxModelLoader>(
            static services => CreateLoader(services)));
        return builder;
    }

    private static OnnxModelLoader CreateLoader(IServiceProvider services)
    {
        _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value; // Validates the settings of all parts.
        var options = services.GetRequiredService<IOptionsMonitor<OnnxModelOptions>>();
        return new OnnxModelLoader(source => options.Get(source.ServedAs));
    }
}
