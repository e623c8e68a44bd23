using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Represents a model that this process serves, with typed input and output rows.</summary>
/// <remarks>
/// <inheritdoc cref="IModel" path="/remarks/para"/>
/// <para>
/// Atomicity: one version computes a prediction from start to end. A concurrent swap neither fails nor delays it. After a swap, new predictions use
/// only the new version.
/// </para>
/// <para>The methods of <see cref="ModelExtensions"/> create the output objects.</para>
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
/// <example>
/// <code>
/// // At startup: builder.Services.AddMlOps(builder.Configuration).AddOnnxModels().AddModel&lt;Customer, Churn&gt;("churn");
/// app.MapPost("/churn", (Customer customer, IModel&lt;Customer, Churn&gt; model) =>
/// {
///     var prediction = model.Predict(customer);
///     return new { prediction.Output.Probability, Version = prediction.Version.Number };
/// });
/// </code>
/// </example>
public interface IModel<TInput, TOutput> : IModel
    where TInput : class
    where TOutput : class
{
    /// <summary>Predicts one row on the caller's thread and writes the result to an existing object. Allocates no memory and takes no lock.</summary>
    /// <param name="input">The row. It is never modified, not even if the policy clamps or imputes values.</param>
    /// <param name="output">The object that receives the outputs.</param>
    /// <returns>The output, the version that predicted, an identifier and warnings.</returns>
    /// <exception cref="InvalidInputException">The row was rejected. The exception lists all violations.</exception>
    /// <exception cref="ArgumentException">The model cannot accept a value, such as an array of the wrong length.</exception>
    /// <exception cref="ModelNotReadyException">
    /// No version is loaded. If the model is lazy, the call starts loading it; <see cref="PredictAsync(TInput, TOutput, CancellationToken)"/> waits
    /// for the load.
    /// </exception>
    Prediction<TOutput> Predict(TInput input, TOutput output);

    /// <summary>Predicts many rows with one version on the caller's thread. If the model is lazy, blocks until it is loaded.</summary>
    /// <remarks>A rejected row does not affect the others: its prediction is marked as rejected, and its output object remains unchanged.</remarks>
    /// <param name="inputs">The rows.</param>
    /// <param name="outputs">The objects that receive the outputs, one for each row.</param>
    /// <param name="predictions">Receives a prediction for each row.</param>
    /// <param name="cancellationToken">A token that cancels the remaining rows. Cancellation takes effect after at most 1,000 rows.</param>
    /// <exception cref="ArgumentException">The spans have different lengths, or the model cannot accept a value.</exception>
    /// <exception cref="ModelNotReadyException">The model cannot be loaded.</exception>
    void Predict(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, Span<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default);

    /// <summary>Predicts one row. Loads the model first if it is not loaded. If micro-batching is on, combines the row with rows of other callers.</summary>
    /// <inheritdoc cref="Predict(TInput, TOutput)"/>
    /// <param name="input">The row. Do not change it before the task completes.</param>
    /// <param name="output">The object that receives the outputs.</param>
    /// <param name="cancellationToken">A token that cancels the wait for the model or the batch.</param>
    /// <exception cref="ModelOverloadedException">The queue for batches is full. The row was not queued.</exception>
    Task<Prediction<TOutput>> PredictAsync(TInput input, TOutput output, CancellationToken cancellationToken = default);

    /// <summary>Predicts many rows with one version on a thread-pool thread. Loads the model first if it is not loaded.</summary>
    /// <remarks>A rejected row does not affect the others: its prediction is marked as rejected, and its output object remains unchanged.</remarks>
    /// <param name="inputs">The rows. Do not change them before the task completes.</param>
    /// <param name="outputs">The objects that receive the outputs, one for each row.</param>
    /// <param name="predictions">Receives a prediction for each row.</param>
    /// <param name="cancellationToken">A token that cancels the wait for the model and the remaining rows. Cancellation takes effect after
    /// at most 1,000 rows.</param>
    /// <returns>A task that completes when all rows are predicted.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the model cannot accept a value.</exception>
    /// <exception cref="ModelNotReadyException">The model cannot be loaded.</exception>
    Task PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, ReadOnlyMemory<TOutput> outputs, Memory<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IModel.At(string)"/>
    new IModel<TInput, TOutput> At(string version);
}
