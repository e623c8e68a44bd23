namespace MlOps.Models;

/// <summary>Loads models of one format.</summary>
/// <remarks>
/// <para>Thread safety: all members are thread-safe, because several models are loaded at the same time.</para>
/// <para>Security: the digests of the files are verified before loading, but their author may not be trustworthy. A loader validates the files and never
/// executes code that they contain.</para>
/// <para>Every implementation passes <c>ModelLoaderConformance</c> of <c>MlOps.Testing</c>.</para>
/// </remarks>
/// <example>
/// A loader for a simple text format:
/// <code>
/// public sealed class LinearModelLoader : IModelLoader
/// {
///     public string Format => "linear";
///
///     public async Task&lt;ILoadedModel&gt; LoadAsync(ModelSource source, CancellationToken cancellationToken = default)
///     {
///         var text = await File.ReadAllTextAsync(Path.Combine(source.Folder, "weights.txt"), cancellationToken);
///         return double.TryParse(text, CultureInfo.InvariantCulture, out var slope)
///             ? new LinearModel(slope)
///             : throw new ModelFormatException(source, $"'{text}' is not a number. Save the slope of the line as weights.txt.");
///     }
/// }
/// </code>
/// </example>
public interface IModelLoader
{
    /// <summary>Gets the name of the model format.</summary>
    /// <value>The format of model versions, such as <c>onnx</c>. Not case-sensitive.</value>
    string Format { get; }

    /// <summary>Loads a model.</summary>
    /// <remarks>Faults of the files are reported by this method, not by a prediction.</remarks>
    /// <param name="source">The files of the model and their description.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The model, which the caller disposes. The model may read the files until then.</returns>
    /// <exception cref="ModelFormatException">The files cannot be loaded. The message states the reason and the remedy.</exception>
    Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default);
}
