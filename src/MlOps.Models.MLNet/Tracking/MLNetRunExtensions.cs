using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Records the training and evaluation of ML.NET models in runs, and registers the models.</summary>
[SuppressMessage(
    "ApiDesign",
    "RS0026:Do not add multiple public overloads with optional parameters",
    Justification = "The overloads differ in the type of a required parameter, so a call is never ambiguous.")]
public static partial class MLNetRunExtensions
{
    private const string ModelFileName = "model.zip";

    /// <summary>Saves a trained pipeline and registers it with its signature, input schema, golden examples and this run as its origin.</summary>
    /// <remarks>
    /// The saved pipeline is loaded before it is registered, to ensure that a service can load it. The metrics and parameters of the run are copied to the
    /// version. The pipeline is saved to a temporary folder, which is deleted afterwards.
    /// </remarks>
    /// <param name="run">The run.</param>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="transformer">The trained pipeline.</param>
    /// <param name="data">
    /// The training data. Its schema is saved with the model, the input schema is inferred from all rows, and the first rows become golden examples.
    /// </param>
    /// <param name="registration">The registration settings, or <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Receives the progress after each file.</param>
    /// <param name="cancellationToken">Cancels the registration.</param>
    /// <returns>The registered version.</returns>
    /// <exception cref="ModelFormatException">The saved pipeline cannot be loaded. Nothing is registered.</exception>
    /// <exception cref="ArgumentException">A value cannot be registered. Nothing is registered.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    /// <example>
    /// <code>
    /// var model = pipeline.Fit(trainSet);
    /// var version = await run.RegisterMLNetModelAsync("iris", model, trainSet);
    /// </code>
    /// </example>
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
            var file = Path.Combine(folder, ModelFileName);
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
