using Microsoft.Extensions.Options;

namespace MlOps.Models;

/// <summary>Loads ONNX models with ONNX Runtime.</summary>
/// <remarks>
/// <para>Instances are thread-safe. All predictors of a loaded model share one session.</para>
/// <para>A version contains one <c>.onnx</c> file, or several one of which is named <c>model.onnx</c>, with its external data files in the same folder.</para>
/// <para>The loader passes <c>ModelLoaderConformance</c>.</para>
/// </remarks>
/// <example>
/// <code>
/// var loader = new OnnxModelLoader();
/// using var model = await loader.LoadAsync(new ModelSource { Model = "iris", Version = 1, Folder = "restored" });
/// using var predictor = model.CreatePredictor&lt;Measures, Guess&gt;();
/// </code>
/// </example>
public sealed class OnnxModelLoader : IModelLoader
{
    internal const string FormatName = "onnx";

    private readonly Func<ModelSource, OnnxModelOptions> _options;

    /// <summary>Initializes a new instance of the <see cref="OnnxModelLoader"/> class.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option is not valid.</exception>
    public OnnxModelLoader(OnnxModelOptions? options = null)
    {
        options ??= new OnnxModelOptions();
        if (new OnnxModelOptionsValidator().Validate(null, options) is { Failed: true } failed)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(OnnxModelOptions), failed.Failures);
        }

        _options = _ => options;
    }

    /// <summary>Initializes a new instance of the <see cref="OnnxModelLoader"/> class with options for each model.</summary>
    internal OnnxModelLoader(Func<ModelSource, OnnxModelOptions> options) => _options = options;

    /// <inheritdoc/>
    public string Format => FormatName;

    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">An option of the model is not valid.</exception>
    /// <exception cref="ProviderException">The execution provider in the options is not available.</exception>
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
