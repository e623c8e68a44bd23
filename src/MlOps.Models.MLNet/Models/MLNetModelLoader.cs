namespace MlOps.Models;

/// <summary>Loads models that <c>MLContext.Model.Save</c> wrote.</summary>
/// <remarks>
/// <para>Instances are thread-safe. Each model is loaded with its own <c>MLContext</c>, and the predictors of a model are independent of each other.</para>
/// <para>A version contains one <c>.zip</c> file, or several files one of which is named <c>model.zip</c>. Before ML.NET reads the archive, the loader
/// rejects entries whose names leave the archive, duplicate names, and more or larger entries than <see cref="MLNetModelOptions"/> allows.</para>
/// <para>The loader passes <c>ModelLoaderConformance</c>.</para>
/// </remarks>
/// <example>
/// <code>
/// var loader = new MLNetModelLoader();
/// using var model = await loader.LoadAsync(new ModelSource { Model = "iris", Version = 1, Folder = "restored" });
/// using var predictor = model.CreatePredictor&lt;Measures, Guess&gt;();
/// </code>
/// </example>
public sealed class MLNetModelLoader : IModelLoader
{
    internal const string FormatName = "mlnet";

    private readonly MLNetModelOptions _options;

    /// <summary>Initializes a new instance of the <see cref="MLNetModelLoader"/> class.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    public MLNetModelLoader(MLNetModelOptions? options = null) => _options = options ?? new MLNetModelOptions();

    /// <inheritdoc/>
    public string Format => FormatName;

    /// <inheritdoc/>
    public async Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var loading = Task.Run<ILoadedModel>(() => Load(source, cancellationToken), cancellationToken);
        try
        {
            return await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // ML.NET does not support cancellation. Dispose the model when the abandoned load completes.
            _ = DisposeWhenLoadedAsync(loading);
            throw;
        }
    }

    private static async Task DisposeWhenLoadedAsync(Task<ILoadedModel> loading)
    {
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loading.IsCompletedSuccessfully)
        {
            (await loading.ConfigureAwait(false)).Dispose();
        }
    }

    private LoadedMLNetModel Load(ModelSource source, CancellationToken cancellationToken)
    {
        // Inspect and load from the same stream, so that the file cannot be replaced in between.
        using var stream = ModelArchive.Open(source);
        ModelArchive.Inspect(source, stream, _options, cancellationToken);
        stream.Position = 0;
        var pipeline = MLNetPipeline.Load(source, stream, _options.Assemblies);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new LoadedMLNetModel(source, pipeline);
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
    }
}
