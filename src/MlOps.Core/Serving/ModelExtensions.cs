namespace MlOps.Serving;

/// <summary>Provides prediction methods that create the output objects.</summary>
public static class ModelExtensions
{
    /// <inheritdoc cref="IModel{TInput, TOutput}.Predict(TInput, TOutput)"/>
    /// <summary>Predicts one row on the caller's thread. Allocates only the output object.</summary>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="input">The row.</param>
    public static Prediction<TOutput> Predict<TInput, TOutput>(this IModel<TInput, TOutput> model, TInput input)
        where TInput : class
        where TOutput : class, new()
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Predict(input, new TOutput());
    }

    /// <inheritdoc cref="IModel{TInput, TOutput}.Predict(ReadOnlySpan{TInput}, ReadOnlySpan{TOutput}, Span{Prediction{TOutput}}, CancellationToken)"/>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The rows.</param>
    /// <param name="cancellationToken">A token that cancels the remaining rows. Cancellation takes effect after at most 1,000 rows.</param>
    /// <returns>A prediction for each row.</returns>
    public static Prediction<TOutput>[] Predict<TInput, TOutput>(
        this IModel<TInput, TOutput> model, ReadOnlySpan<TInput> inputs, CancellationToken cancellationToken = default)
        where TInput : class
        where TOutput : class, new()
    {
        ArgumentNullException.ThrowIfNull(model);
        var outputs = new TOutput[inputs.Length];
        foreach (ref var output in outputs.AsSpan())
        {
            output = new TOutput();
        }

        var predictions = new Prediction<TOutput>[inputs.Length];
        model.Predict(inputs, outputs, predictions, cancellationToken);
        return predictions;
    }

    /// <inheritdoc cref="IModel{TInput, TOutput}.PredictAsync(TInput, TOutput, CancellationToken)"/>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="input">The row. Do not change it before the task completes.</param>
    /// <param name="cancellationToken">A token that cancels the wait for the model or the batch.</param>
    public static Task<Prediction<TOutput>> PredictAsync<TInput, TOutput>(
        this IModel<TInput, TOutput> model, TInput input, CancellationToken cancellationToken = default)
        where TInput : class
        where TOutput : class, new()
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.PredictAsync(input, new TOutput(), cancellationToken);
    }

    /// <inheritdoc cref="IModel{TInput, TOutput}.PredictBatchAsync"/>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The rows. Do not change them before the task completes.</param>
    /// <param name="cancellationToken">A token that cancels the wait for the model and the remaining rows. Cancellation takes effect after
    /// at most 1,000 rows.</param>
    /// <returns>A prediction for each row.</returns>
    public static async Task<Prediction<TOutput>[]> PredictBatchAsync<TInput, TOutput>(
        this IModel<TInput, TOutput> model, ReadOnlyMemory<TInput> inputs, CancellationToken cancellationToken = default)
        where TInput : class
        where TOutput : class, new()
    {
        ArgumentNullException.ThrowIfNull(model);
        var outputs = Array.ConvertAll(new TOutput[inputs.Length], static _ => new TOutput());
        var predictions = new Prediction<TOutput>[inputs.Length];
        await model.PredictBatchAsync(inputs, outputs, predictions, cancellationToken).ConfigureAwait(false);
        return predictions;
    }
}
