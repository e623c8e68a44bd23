using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Observes predictions from named tensors.</summary>
/// <remarks>
/// Thread-safe: threads that predict concurrently call <see cref="Observe"/> concurrently. An implementation must not block, and must not keep or change
/// the tensors. It is disposed when the version is unloaded.
/// </remarks>
/// <example>
/// <code>
/// public sealed class PrintShapes : ITensorObserver
/// {
///     public void Observe(
///         IReadOnlyDictionary&lt;string, ModelTensor&gt; inputs,
///         in Prediction&lt;IReadOnlyDictionary&lt;string, ModelTensor&gt;&gt; prediction,
///         long elapsedTicks) => Console.WriteLine(string.Join(", ", inputs["x"].Shape));
///
///     public void Dispose()
///     {
///     }
/// }
/// </code>
/// </example>
public interface ITensorObserver : IDisposable
{
    /// <summary>Observes a prediction or a rejected call.</summary>
    /// <param name="inputs">The tensors as the caller passed them.</param>
    /// <param name="prediction">The prediction, with the warnings of an accepted call or the violations of a rejected call.</param>
    /// <param name="elapsedTicks">The duration of the call in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    void Observe(
        IReadOnlyDictionary<string, ModelTensor> inputs, in Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction, long elapsedTicks);
}
