using Microsoft.Extensions.Options;

namespace MlOps.Models;

/// <summary>Loads ONNX models with ONNX Runtime.</summary>
/// <remarks>
/// Thread-safe. A version's folder has one <c>.onnx</c> file, or several of which one is <c>model.onnx</c>; data that the model keeps in files of its own lies beside it. One session serves
/// all predictors of a loaded model. Passes <c>ModelLoaderConformance</c>.
/// </remarks>
public sealed class OnnxModelLoader : IModelLoader
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "onnx";

    private readonly Func<ModelSource, OnnxModelOptions> _options;

    /// <summary>Initializes a loader.</summary>
    /// <param name="options">The settings; without any, the defaults.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; all that are are listed.</exception>
    public OnnxModelLoader(OnnxModelOptions? options = null)
    {
        options ??= new OnnxModelOptions();
        if (new OnnxModelOptionsValidator().Validate(null, options) is { Failed: true } failed)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(OnnxModelOptions), failed.Failures);
        }

        _options = _ => options;
    }

    /// <summary>Initializes a loader whose settings depend on the model.</summary>
    internal OnnxModelLoader(Func<ModelSource, OnnxModelOptions> options) => _options = options;

    /// <inheritdoc/>
    public string Format => FormatName;

    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">A setting of the model is wrong.</exception>
    /// <exception cref="ProviderException">The options ask for an execution provider that is not available.</exception>
    public async Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return await Task.Run(
            ILoadedModel () =>
            {
                var file = OnnxModelFile.Find(source);
                cancellationToken.ThrowIfCancellationRequested();
                var model = LoadedOnnxModel.Load(source, file, _options(source));
                if (cancellationToken.IsCancellationRequested)
                {
                    model.Dispose();
                    cancellationToken.ThrowIfCancellationRequested();
                }

                return model;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
