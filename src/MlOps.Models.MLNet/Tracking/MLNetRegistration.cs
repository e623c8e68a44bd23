using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Tracking;

/// <summary>The settings and descriptions with which a version of an ML.NET model is registered, besides those of its run.</summary>
public sealed class MLNetRegistration
{
    /// <summary>Gets the number of golden examples, which are predicted again at every later load.</summary>
    /// <value>The default is 3: the first rows that the input schema accepts. 0 for none. There are none where an input is a key.</value>
    public int ExampleCount { get; init; } = 3;

    /// <summary>Gets the input schema that is registered with the model.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is the schema inferred from the data, unless <see cref="InferInputSchema"/> is <see langword="false"/>.
    /// </value>
    public InputSchema? InputSchema { get; init; }

    /// <summary>Gets a value indicating whether the input schema is inferred from the data.</summary>
    /// <value>
    /// The default is <see langword="true"/>: all rows are read once, and the rows are never refused when they are predicted. With <see langword="false"/> and
    /// no <see cref="InputSchema"/>, the signature alone specifies the rows that the model may be given: it refuses NaN, and has no ranges.
    /// </value>
    public bool InferInputSchema { get; init; } = true;

    /// <summary>Gets the options of the inference.</summary>
    /// <value>The default, <see langword="null"/>, is the default of each option.</value>
    public InputInferenceOptions? Inference { get; init; }

    /// <summary>Gets the description of the model.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the purposes that the model is for, and those that it is not for.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets the first tags of the version.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the settings of the loader that the model is tried with, such as assemblies with custom mappings.</summary>
    /// <value>The default, <see langword="null"/>, are the loader's defaults.</value>
    public MLNetModelOptions? Loader { get; init; }

    /// <summary>
    /// Describes a saved pipeline for its registration: loads it as a service will, takes its signature, infers the schema of its inputs, and makes golden
    /// examples
    /// of its predictions.
    /// </summary>
    /// <param name="file">The file that ML.NET's <c>Model.Save</c> wrote.</param>
    /// <param name="data">The data that it was trained on. The input schema is inferred from all rows, and the first rows become examples.</param>
    /// <param name="cancellationToken">Cancels the loading.</param>
    /// <returns>What <see cref="IRun.RegisterModelAsync"/> takes.</returns>
    /// <exception cref="ModelFormatException">A service could not load the pipeline; the message says why.</exception>
    /// <exception cref="ArgumentException">
    /// The data has no column for an input of the model, or the caller's schema does not fit the model or refuses every row.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ExampleCount"/> is negative.</exception>
    public async Task<ModelRegistration> DescribeAsync(string file, IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(ExampleCount);
        var loader = new MLNetModelLoader(Loader);
        var source = new ModelSource { Model = Path.GetFileNameWithoutExtension(file), Version = 0, Folder = Path.GetDirectoryName(Path.GetFullPath(file))! };
        using var loaded = await loader.LoadAsync(source, cancellationToken).ConfigureAwait(false);
        ThrowIfIncomplete(loaded.Signature, data);
        var schema = InputSchema ?? (InferInputSchema ? await InferAsync(loaded.Signature, data, cancellationToken).ConfigureAwait(false) : null);
        var examples = await Task.Run(() => PredictedExamples.Create(loaded, data, schema, ExampleCount, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return new ModelRegistration
        {
            Format = loader.Format,
            Files = [file],
            Signature = loaded.Signature,
            InputSchema = schema,
            Examples = examples,
            Description = Description,
            IntendedUse = IntendedUse,
            Tags = Tags,
        };
    }

    private static void ThrowIfIncomplete(ModelSignature signature, IDataView data)
    {
        if (signature.Inputs.FirstOrDefault(input => data.Schema.GetColumnOrNull(input.Name) is null) is { } missing)
        {
            throw new ArgumentException(
                $"The data has no column '{missing.Name}', which is an input of the model. Give the data that the model was trained on.", nameof(data));
        }
    }

    private Task<InputSchema?> InferAsync(ModelSignature signature, IDataView data, CancellationToken cancellationToken) =>
        Task.Run(() => data.InferInputSchema(signature.Inputs.Select(static input => input.Name), Inference, cancellationToken), cancellationToken);
}
