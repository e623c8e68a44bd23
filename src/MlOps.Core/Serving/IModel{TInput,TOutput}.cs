using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A model that this process serves, for callers with types of their own.</summary>
/// <remarks>
/// <inheritdoc cref="IModel" path="/remarks/para"/>
/// <para>
/// Atomicity: a prediction is answered by one version from its beginning to its end; a swap meanwhile neither fails nor delays it. After a swap no
/// new prediction is answered by the version before.
/// </para>
/// <para><see cref="ModelExtensions"/> has what makes the output object too.</para>
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
public interface IModel<TInput, TOutput> : IModel
    where TInput : class
    where TOutput : class
{
    /// <summary>Predicts one row into an object of the caller's, on the caller's thread. Allocates nothing, takes no lock and waits for nobody.</summary>
    /// <param name="input">The row. It is not changed, also where the policy is to clamp or impute.</param>
    /// <param name="output">Where the outputs are written.</param>
    /// <returns>The output, the version that answered, an identifier and warnings.</returns>
    /// <exception cref="InvalidInputException">The row was refused; the exception lists everything that is wrong with it.</exception>
    /// <exception cref="ArgumentException">A value cannot be given to the model, such as an array of the wrong length.</exception>
    /// <exception cref="ModelNotReadyException">
    /// No version is loaded. A lazy model is then being loaded; <see cref="PredictAsync(TInput, TOutput, CancellationToken)"/> waits for it.
    /// </exception>
    Prediction<TOutput> Predict(TInput input, TOutput output);

    /// <summary>Predicts many rows by one version, on the caller's thread.</summary>
    /// <remarks>A row that is refused does not fail the others: its prediction says so and its output object is left as it was.</remarks>
    /// <param name="inputs">The rows.</param>
    /// <param name="outputs">Where the outputs are written, an object for each row.</param>
    /// <param name="predictions">Gets a prediction for each row.</param>
    /// <param name="cancellationToken">Cancels the rest, at the latest after a thousand rows.</param>
    /// <exception cref="ArgumentException">The spans are of different lengths, or a value cannot be given to the model.</exception>
    /// <exception cref="ModelNotReadyException">No version is loaded and none can be. A lazy model is loaded first, while the caller waits.</exception>
    void Predict(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, Span<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default);

    /// <summary>Predicts one row, after loading the model if it is not loaded, and together with other callers' rows if micro-batching is on.</summary>
    /// <inheritdoc cref="Predict(TInput, TOutput)"/>
    /// <param name="input">The row. It must not be changed before the prediction is there.</param>
    /// <param name="output">Where the outputs are written.</param>
    /// <param name="cancellationToken">Cancels waiting, for the model or for the batch.</param>
    /// <exception cref="ModelOverloadedException">Too many rows wait already; the row was not taken.</exception>
    Task<Prediction<TOutput>> PredictAsync(TInput input, TOutput output, CancellationToken cancellationToken = default);

    /// <summary>Predicts many rows by one version on a thread of the pool, after loading the model if it is not loaded.</summary>
    /// <remarks>A row that is refused does not fail the others: its prediction has the reason and its output object is left as it was.</remarks>
    /// <param name="inputs">The rows. They must not be changed before the task ends.</param>
    /// <param name="outputs">Where the outputs are written, an object for each row.</param>
    /// <param name="predictions">Receives a prediction for each row.</param>
    /// <param name="cancellationToken">Cancels waiting for the model, and the rest of the rows, at the latest after a thousand.</param>
    /// <returns>A task that ends when all rows are predicted.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a value cannot be given to the model.</exception>
    /// <exception cref="ModelNotReadyException">The model cannot be loaded.</exception>
    Task PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, ReadOnlyMemory<TOutput> outputs, Memory<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IModel.At(string)"/>
    new IModel<TInput, TOutput> At(string version);
}
