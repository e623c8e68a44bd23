using MlOps.Models;

namespace MlOps.Serving;

/// <summary>
/// A model that this process serves: always the version that an alias of the registry names, once that version has been verified, loaded, checked and
/// warmed up.
/// </summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time.</para>
/// <para>Ownership: it belongs to the container, which unloads it.</para>
/// </remarks>
public interface IModel
{
    /// <summary>Gets the name under which it is served: the key of the service and of its settings, <c>MlOps:Models:&lt;name&gt;</c>.</summary>
    string Name { get; }

    /// <summary>Gets the versions that are loading, ready, draining and failed, as of now.</summary>
    ModelStatus Status { get; }

    /// <summary>
    /// Looks at the registry now, and loads the version that is to be served if it is another one, even one that failed before. Loads a model that is
    /// not loaded.
    /// </summary>
    /// <remarks>The version served so far goes on answering meanwhile, and afterwards if the new one fails.</remarks>
    /// <param name="cancellationToken">Cancels waiting and loading.</param>
    /// <returns>The status afterwards; its version is the one that the registry named.</returns>
    /// <exception cref="MlOpsException">The version cannot be served, or the registry cannot be read; the message says why.</exception>
    Task<ModelStatus> ReloadAsync(CancellationToken cancellationToken = default);

    /// <summary>Predicts from named tensors, on the caller's thread. For models that no class can express, and for generic endpoints.</summary>
    /// <remarks>The values are validated by the same schema and policies as those of typed rows.</remarks>
    /// <param name="inputs">A tensor for each input that is not optional, by its name. Where the model has rows, they are the first dimension of each.</param>
    /// <returns>A tensor for each output, by its name, and the version that answered.</returns>
    /// <exception cref="Validation.InvalidInputException">A value was refused; the exception lists all that were.</exception>
    /// <exception cref="ArgumentException">The inputs are not those of the model; the message names each that is not.</exception>
    /// <exception cref="ModelNotReadyException">No version is loaded. A lazy model is then being loaded; the asynchronous method waits for it.</exception>
    Prediction<IReadOnlyDictionary<string, ModelTensor>> Predict(IReadOnlyDictionary<string, ModelTensor> inputs);

    /// <summary>Predicts from named tensors, after loading the model if it is not loaded.</summary>
    /// <inheritdoc cref="Predict(IReadOnlyDictionary{string, ModelTensor})"/>
    /// <param name="inputs">A tensor for each input that is not optional, by its name. Where the model has rows, they are the first dimension of each.</param>
    /// <param name="cancellationToken">Cancels waiting for a model that is being loaded.</param>
    Task<Prediction<IReadOnlyDictionary<string, ModelTensor>>> PredictAsync(
        IReadOnlyDictionary<string, ModelTensor> inputs, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gets the model with another version than the one that the settings name, so that a request can name its version and two versions answer side
    /// by side.
    /// </summary>
    /// <remarks>
    /// The version is loaded when it is first used, as a lazy model is, with the same options and guarantees. An alias is followed as long as its
    /// version is loaded. At most <see cref="ServedModelOptions.MaxSideVersions"/> are
    /// loaded at once. Call this for each request instead of keeping the result: of many versions those that were not used for the longest time are disposed.
    /// </remarks>
    /// <param name="version">The number or an alias of a version, such as <c>3</c> or <c>challenger</c>.</param>
    /// <returns>The model. Its predictions throw <see cref="ModelNotReadyException"/> if there is no such version.</returns>
    /// <exception cref="ArgumentException">The text is neither a number nor an alias.</exception>
    /// <exception cref="InvalidOperationException">The model is served from a file and not from the registry.</exception>
    IModel At(string version);
}
