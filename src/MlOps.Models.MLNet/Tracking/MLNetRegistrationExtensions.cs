using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Registers ML.NET models from runs.</summary>
public static class MLNetRegistrationExtensions
{
    private const string FileName = "model.zip";

    /// <summary>
    /// Saves a trained pipeline, loads it again as a service will, and registers it with its signature, the schema of its inputs, golden examples that it
    /// predicted,
    /// and this run as its origin.
    /// </summary>
    /// <remarks>The run's metrics and parameters become the version's. The file goes through the folder of the system's temporary files, and is deleted there.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="model">The model's name in the registry.</param>
    /// <param name="transformer">The trained pipeline.</param>
    /// <param name="data">
    /// The data that it was trained on. Its schema is saved with the model, the input schema is inferred from all rows, and the first rows become examples.
    /// </param>
    /// <param name="registration">What else is to be said of it; <see langword="null"/> for nothing.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the registration.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ModelFormatException">A service could not load the pipeline; the message says why. Nothing was registered.</exception>
    /// <exception cref="ArgumentException">Something cannot be registered; the message names it. Nothing was.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public static async Task<ModelVersion> RegisterMLNetModelAsync(
        this IRun run,
        string model,
        ITransformer transformer,
        IDataView data,
        MLNetRegistration? registration = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(data);
        registration ??= new MLNetRegistration();
        var folder = Directory.CreateTempSubdirectory("mlops-model-").FullName;
        try
        {
            var file = Path.Combine(folder, FileName);
            new MLContext().Model.Save(transformer, data.Schema, file);
            var described = await registration.DescribeAsync(file, data, cancellationToken).ConfigureAwait(false);
            return await run.RegisterModelAsync(model, described, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
