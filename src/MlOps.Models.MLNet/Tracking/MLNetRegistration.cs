using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>What a version of an ML.NET model is registered with, besides the model itself and what its run says of it.</summary>
public sealed class MLNetRegistration
{
    /// <summary>Gets how many of the first rows become golden examples, which are predicted again at every later load.</summary>
    /// <value>The default is 3; 0 for none. There are none where an input is a key.</value>
    public int ExampleCount { get; init; } = 3;

    /// <summary>Gets what the model is.</summary>
    public string? Description { get; init; }

    /// <summary>Gets what it is for, and what not.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets the first tags of the version.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the settings of the loader that the model is tried with, such as assemblies with custom mappings.</summary>
    /// <value>The default, <see langword="null"/>, are the loader's defaults.</value>
    public MLNetModelOptions? Loader { get; init; }

    /// <summary>Describes a saved pipeline for its registration: loads it as a service will, and takes its signature, and golden examples that it predicts.</summary>
    /// <param name="file">The file that ML.NET's <c>Model.Save</c> wrote.</param>
    /// <param name="data">Data as it was trained on, whose first rows become examples.</param>
    /// <param name="cancellationToken">Cancels the loading.</param>
    /// <returns>What <see cref="IRun.RegisterModelAsync"/> takes.</returns>
    /// <exception cref="ModelFormatException">A service could not load the pipeline; the message says why.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ExampleCount"/> is negative.</exception>
    public async Task<ModelRegistration> DescribeAsync(string file, IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(ExampleCount);
        var loader = new MLNetModelLoader(Loader);
        var source = new ModelSource { Model = Path.GetFileNameWithoutExtension(file), Version = 0, Folder = Path.GetDirectoryName(Path.GetFullPath(file))! };
        using var loaded = await loader.LoadAsync(source, cancellationToken).ConfigureAwait(false);
        return new ModelRegistration
        {
            Format = loader.Format,
            Files = [file],
            Signature = loaded.Signature,
            Examples = await Task.Run(() => PredictedExamples.Create(loaded, data, ExampleCount), cancellationToken).ConfigureAwait(false),
            Description = Description,
            IntendedUse = IntendedUse,
            Tags = Tags,
        };
    }
}
