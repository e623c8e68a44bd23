using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>The observers of predictions of a version from tensors. Thread-safe.</summary>
internal sealed class TensorObservers(ITensorObserver[] observers, VersionObservers version) : IDisposable
{
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "An observer must not fail a prediction. Its exception is reported.")]
    public void Observe(
        IReadOnlyDictionary<string, ModelTensor> inputs, in Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction, long started)
    {
        var elapsed = Stopwatch.GetTimestamp() - started;
        foreach (var observer in observers)
        {
            try
            {
                observer.Observe(inputs, in prediction, elapsed);
            }
            catch (Exception exception)
            {
                version.Report(exception, observer);
            }
        }
    }

    public void Dispose() => version.Dispose(observers);
}
