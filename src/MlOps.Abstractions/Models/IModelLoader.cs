namespace MlOps.Models;

/// <summary>Loads the models of one format.</summary>
/// <remarks>
/// <para>Thread safety: several models are loaded at a time, so every member may be called from any thread.</para>
/// <para>Files are verified before a loader sees them, but who made them may still be careless or hostile: a loader checks what it reads, and runs nothing that a file brings along.</para>
/// <para>Passes <c>ModelLoaderConformance</c> of <c>MlOps.Testing</c>.</para>
/// </remarks>
public interface IModelLoader
{
    /// <summary>Gets the format that it loads.</summary>
    /// <value>As model versions name it, such as <c>onnx</c>; case does not distinguish.</value>
    string Format { get; }

    /// <summary>Loads a model.</summary>
    /// <remarks>What can fail because of the files fails here and not in a prediction.</remarks>
    /// <param name="source">The files, and what is known of them.</param>
    /// <param name="cancellationToken">Cancels the loading.</param>
    /// <returns>The model, which the caller disposes. It may go on reading the files until then.</returns>
    /// <exception cref="ModelFormatException">The files are not what this loader loads; the message says why and what to do.</exception>
    Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default);
}
