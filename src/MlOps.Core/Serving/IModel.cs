using MlOps.Models;

namespace MlOps.Serving;

/// <summary>
/// Represents a model that this process serves. The process loads the version that an alias in the registry names, and replaces it when the alias
/// moves.
/// </summary>
/// <remarks>
/// <para>A version serves predictions only after it has been verified, loaded, checked and warmed up.</para>
/// <para>Thread safety: all members are safe for concurrent use.</para>
/// <para>Ownership: the container owns the model and unloads it.</para>
/// </remarks>
/// <example>
/// <code>
/// var model = services.GetRequiredKeyedService&lt;IModel&gt;("churn");
/// var prediction = await model.PredictAsync(new Dictionary&lt;string, ModelTensor&gt; { ["features"] = tensor }, cancellationToken);
/// logger.LogInformation("Version {Version} returned {Score}.", prediction.Version.Number, prediction.Output["score"].Values.GetValue(0));
/// </code>
/// </example>
public interface IModel
{
    /// <summary>Gets the name of the served model, which is the service key and the key of its settings, <c>MlOps:Models:&lt;name&gt;</c>.</summary>
    string Name { get; }

    /// <summary>Gets the current state of the model: the versions that are loading, ready, draining or failed.</summary>
    ModelStatus Status { get; }

    /// <summary>Checks the registry immediately and loads the version that it names, unless that version is loaded already.</summary>
    /// <remarks>
    /// The call retries a version that failed before, and loads a lazy model. The current version continues to serve predictions during the load, and
    /// remains current if the load fails.
    /// </remarks>
    /// <param name="cancellationToken">A token that cancels the wait and the load.</param>
    /// <returns>The status after the load.</returns>
    /// <exception cref="MlOpsException">The version cannot be served, or the registry cannot be read. The message states the reason.</exception>
    Task<ModelStatus> ReloadAsync(CancellationToken cancellationToken = default);

    /// <summary>Predicts from named tensors on the caller's thread. Use it in generic endpoints, and for inputs that cannot be described by a class.</summary>
    /// <remarks>Tensors are validated by the same schema and policies as typed rows.</remarks>
    /// <param name="inputs">The input tensors, by name. Optional inputs may be omitted. If the model has rows, they are the first dimension of each
    /// tensor.</param>
    /// <returns>The output tensors, by name, and the version that predicted.</returns>
    /// <exception cref="Validation.InvalidInputException">The input was rejected. The exception lists all violations.</exception>
    /// <exception cref="ArgumentException">An input is missing or not an input of the model. The message names each of these inputs.</exception>
    /// <exception cref="ModelNotReadyException">No version is loaded. If the model is lazy, the call starts loading it; <c>PredictAsync</c> waits for
    /// the load.</exception>
    Prediction<IReadOnlyDictionary<string, ModelTensor>> Predict(IReadOnlyDictionary<string, ModelTensor> inputs);

    /// <summary>Predicts from named tensors. Loads the model first if it is not loaded.</summary>
    /// <inheritdoc cref="Predict(IReadOnlyDictionary{string, ModelTensor})"/>
    /// <param name="inputs">The input tensors, by name. Optional inputs may be omitted. If the model has rows, they are the first dimension of each
    /// tensor.</param>
    /// <param name="cancellationToken">A token that cancels the wait for the load.</param>
    Task<Prediction<IReadOnlyDictionary<string, ModelTensor>>> PredictAsync(
        IReadOnlyDictionary<string, ModelTensor> inputs, CancellationToken cancellationToken = default);

    /// <summary>Gets this model at a specific version or alias, so that several versions can serve predictions side by side.</summary>
    /// <remarks>
    /// The version is loaded on first use, with the options of this model. Moves of an alias are followed while its version is loaded. At most
    /// <see cref="ServedModelOptions.MaxSideVersions"/> such versions are loaded at the same time; the least recently used ones are unloaded and
    /// disposed. Therefore call this method for each request instead of keeping the result.
    /// </remarks>
    /// <param name="version">The number or an alias of a version, such as <c>3</c> or <c>challenger</c>.</param>
    /// <returns>The model. Its predictions throw <see cref="ModelNotReadyException"/> if the version does not exist.</returns>
    /// <exception cref="ArgumentException"><paramref name="version"/> is neither a number nor an alias.</exception>
    /// <exception cref="InvalidOperationException">The model is served from a file instead of the registry.</exception>
    IModel At(string version);
}
