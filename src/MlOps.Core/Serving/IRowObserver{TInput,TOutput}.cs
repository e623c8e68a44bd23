namespace MlOps.Serving;

/// <summary>Observes predictions from typed rows.</summary>
/// <remarks>
/// Not thread-safe: one thread at a time calls the members. The prediction is delivered after <see cref="Observe"/> returns, so an implementation must not
/// block. It must not keep or change the rows, because the caller may reuse them. Predictions of the warm-up and predictions that throw an exception
/// of the model are not observed.
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
/// <example>
/// <code>
/// public sealed class PrintRows&lt;TInput, TOutput&gt;(string model) : IRowObserver&lt;TInput, TOutput&gt;
///     where TInput : class
///     where TOutput : class
/// {
///     public void Observe(TInput input, in Prediction&lt;TOutput&gt; prediction, long elapsedTicks) =>
///         Console.WriteLine($"{model} {prediction.Id}: {(prediction.IsRejected ? "rejected" : "answered")}");
///
///     public void Dispose()
///     {
///     }
/// }
/// </code>
/// </example>
public interface IRowObserver<TInput, TOutput> : IDisposable
    where TInput : class
    where TOutput : class
{
    /// <summary>Observes a prediction or a rejected row.</summary>
    /// <param name="input">The row as the caller passed it, before values were clamped or imputed.</param>
    /// <param name="prediction">The prediction, with the warnings of an accepted row or the violations of a rejected row.</param>
    /// <param name="elapsedTicks">
    /// The duration in ticks of <see cref="System.Diagnostics.Stopwatch"/>; -1 if it was not measured, because 1 of 16 calls is measured. For rows that are
    /// predicted together, the duration of the call divided by the number of rows.
    /// </param>
    void Observe(TInput input, in Prediction<TOutput> prediction, long elapsedTicks);
}
