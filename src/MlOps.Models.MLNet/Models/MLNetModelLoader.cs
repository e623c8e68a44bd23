namespace MlOps.Models;

/// <summary>Loads models that <c>MLContext.Model.Save</c> wrote.</summary>
/// <remarks>
/// <para>A version holds one <c>.zip</c> file, or several of which one is named <c>model.zip</c>. The zip is inspected before ML.NET sees it: names that lead out of it, names
/// given twice, and more or larger entries than <see cref="MLNetModelOptions"/> allows are refused.</para>
/// <para>Thread safety: models are loaded side by side, each with an <c>MLContext</c> of its own. A model's predictors are independent of each other.</para>
/// </remarks>
public sealed class MLNetModelLoader : IModelLoader
{
    /// <summary>The format of such models.</summary>
    public const string FormatName = "mlnet";

    private readonly MLNetModelOptions _options;

    /// <summary>Initializes a loader.</summary>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
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
            // ML.NET itself cannot be cancelled; what it still makes of the files is nobody's.
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
        // One stream for both readers, so that what was inspected is what is loaded.
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
