using MlOps.Models;

namespace MlOps.Serving;

/// <summary>A model that this process serves: always the version that an alias of the registry names, once that version has been verified, loaded, checked and warmed up.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time.</para>
/// <para>Ownership: it belongs to the container, which unloads it.</para>
/// </remarks>
public interface IModel
{
    /// <summary>Gets the name under which it is served: the key of the service and of its settings, <c>MlOps:Models:&lt;name&gt;</c>.</summary>
    string Name { get; }

    /// <summary>Gets which versions are loading, ready, draining and failed, as of now.</summary>
    ModelStatus Status { get; }

    /// <summary>Looks at the registry now, and loads the version that is to be served if it is another one, even one that failed before. Loads a model that is not loaded.</summary>
    /// <remarks>The version served so far goes on answering meanwhile, and afterwards if the new one fails.</remarks>
    /// <param name="cancellationToken">Cancels waiting and loading.</param>
    /// <returns>The status afterwards; its version is the one that the registry named.</returns>
    /// <exception cref="MlOpsException">The version cannot be served, or the registry cannot be read; the message says why.</exception>
    Task<ModelStatus> ReloadAsync(CancellationToken cancellationToken = default);

    /// <summary>Predicts from named tensors, without validation of their values: for generic endpoints.</summary>
    /// <param name="inputs">A tensor for each input, by its name; the first dimension is the number of rows.</param>
    /// <param name="cancellationToken">Cancels waiting for a model that is being loaded.</param>
    /// <returns>A tensor for each output, by its name, and which version answered.</returns>
    /// <exception cref="ArgumentException">The inputs are not those of the model; the message names each that is not.</exception>
    /// <exception cref="ModelNotReadyException">There is no version that can answer.</exception>
    Task<Prediction<IReadOnlyDictionary<string, ModelTensor>>> PredictAsync(
        IReadOnlyDictionary<string, ModelTensor> inputs, CancellationToken cancellationToken = default);
}
