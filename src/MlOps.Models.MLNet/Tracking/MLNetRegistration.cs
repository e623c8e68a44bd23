using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Tracking;

/// <summary>The settings for the registration of an ML.NET model.</summary>
public sealed class MLNetRegistration
{
    /// <summary>Gets the number of golden examples. Each later load predicts them again and compares the results.</summary>
    /// <value>
    /// The default is 3. The examples are the first rows that the input schema accepts. With 0, or if an input is a key, there are no examples.
    /// </value>
    public int ExampleCount { get; init; } = 3;

    /// <summary>Gets the input schema that is registered with the model.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is the schema inferred from the data, unless <see cref="InferInputSchema"/> is <see langword="false"/>.
    /// </value>
    public InputSchema? InputSchema { get; init; }

    /// <summary>Gets a value indicating whether the input schema is inferred from the data.</summary>
    /// <value>
    /// The default is <see langword="true"/>: all rows are read once, and the inferred schema accepts them. With <see langword="false"/> and no
    /// <see cref="InputSchema"/>, inputs are validated by the signature alone, which rejects NaN and has no ranges.
    /// </value>
    public bool InferInputSchema { get; init; } = true;

    /// <summary>Gets the options for the inference of the input schema.</summary>
    /// <value>The default is <see langword="null"/>, which means the default options.</value>
    public SchemaInferenceOptions? SchemaInference { get; init; }

    /// <summary>Gets the description of the model.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the intended use of the model and its limitations.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets the initial tags of the version.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the options for loading the model, such as assemblies with custom mappings.</summary>
    /// <value>The default is <see langword="null"/>, which means the default options.</value>
    public MLNetModelOptions? LoaderOptions { get; init; }

    /// <summary>Creates the registration of a saved pipeline, with its signature, input schema and golden examples.</summary>
    /// <remarks>The pipeline is loaded, to ensure that a service can load it.</remarks>
    /// <param name="file">The file that <c>Model.Save</c> of ML.NET wrote.</param>
    /// <param name="data">The training data. The input schema is inferred from all rows, and the first rows become golden examples.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The registration, for <see cref="IRun.RegisterModelAsync"/>.</returns>
    /// <exception cref="ModelFormatException">The pipeline cannot be loaded.</exception>
    /// <exception cref="ArgumentException">
    /// The data has no column for an input of the model, or <see cref="InputSchema"/> does not fit the model or rejects all rows.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ExampleCount"/> is negative.</exception>
    public async Task<ModelRegistration> DescribeAsync(string file, IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(ExampleCount);
        var loader = new MLNetModelLoader(LoaderOptions);
        var source = new ModelSource
        {
            Model = Path.GetFileNameWithoutExtension(file),
            Version = 0,
            Folder = Path.GetDirectoryName(Path.GetFullPath(file))!,
        };
        using var loaded = await loader.LoadAsync(source, cancellationToken).ConfigureAwait(false);
        ThrowIfIncomplete(loaded.Signature, data);
        var schema = InputSchema ?? (InferInputSchema ? await InferAsync(loaded.Signature, data, cancellationToken).ConfigureAwait(false) : null);
        var examples = await Task.Run(() => GoldenExamples.Create(loaded, data, schema, ExampleCount, cancellationToken), cancellationToken)
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
                $"The data has no column '{missing.Name}', which is an input of the model. Pass the training data of the model.", nameof(data));
        }
    }

    private Task<InputSchema?> InferAsync(ModelSignature signature, IDataView data, CancellationToken cancellationToken) =>
        Task.Run(() => data.InferInputSchema(signature.Inputs.Select(static input => input.Name), SchemaInference, cancellationToken), cancellationToken);
}
