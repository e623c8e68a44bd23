using System.Diagnostics.CodeAnalysis;

namespace MlOps.Serving;

/// <summary>Creates observers of the predictions of served models. Register it as a singleton in the service collection.</summary>
/// <remarks>
/// <para>Thread safety: an implementation must be thread-safe, because versions are loaded concurrently.</para>
/// <para>
/// Failures: a method that throws does not fail the load or the prediction. The exception is logged once for each version and counted in the metric
/// <c>mlops.model.observer.failures</c>.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// public sealed class PrintPredictions : IPredictionObserver
/// {
///     public IRowObserver&lt;TInput, TOutput&gt;? CreateForRows&lt;TInput, TOutput&gt;(ObservedVersion version)
///         where TInput : class
///         where TOutput : class => new PrintRows&lt;TInput, TOutput&gt;(version.ServedAs);
///
///     public ITensorObserver? CreateForTensors(ObservedVersion version) => null;
/// }
///
/// services.AddSingleton&lt;IPredictionObserver, PrintPredictions&gt;();
/// </code>
/// </example>
public interface IPredictionObserver
{
    /// <summary>Creates an observer of predictions from typed rows. One thread at a time calls the observer.</summary>
    /// <remarks>A version has several observers: one for each thread that predicts at the same time. Each is disposed when the version is unloaded.</remarks>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <param name="version">The version.</param>
    /// <returns>The observer, or <see langword="null"/> to ignore the predictions.</returns>
    IRowObserver<TInput, TOutput>? CreateForRows<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>(ObservedVersion version)
        where TInput : class
        where TOutput : class;

    /// <summary>Creates an observer of predictions from named tensors. Called once for each version.</summary>
    /// <param name="version">The version.</param>
    /// <returns>The observer, or <see langword="null"/> to ignore the predictions.</returns>
    ITensorObserver? CreateForTensors(ObservedVersion version);
}
