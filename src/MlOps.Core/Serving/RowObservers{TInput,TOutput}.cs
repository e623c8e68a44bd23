using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace MlOps.Serving;

/// <summary>The observers of a predictor. One thread uses it at a time.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An observer must not fail a prediction. Its exception is reported.")]
internal sealed class RowObservers<TInput, TOutput>(IRowObserver<TInput, TOutput>[] observers, VersionObservers version) : IDisposable
    where TInput : class
    where TOutput : class
{
    private const long NotMeasured = -1;

    // Reading the time costs more than the other work for a row. 1 of 16 calls is enough for the distribution of the latency.
    private const int CallsPerMeasurement = 16;
    private int _calls;

    /// <summary>Starts a call.</summary>
    /// <returns>The timestamp, or -1 if the call is not measured.</returns>
    public long Start() => (_calls++ & (CallsPerMeasurement - 1)) == 0 ? Stopwatch.GetTimestamp() : NotMeasured;

    /// <summary>Passes a prediction of a single row to the observers.</summary>
    public void Observe(TInput input, in Prediction<TOutput> prediction, long started) =>
        Pass(input, in prediction, started == NotMeasured ? NotMeasured : Stopwatch.GetTimestamp() - started);

    /// <summary>Passes predictions of rows that were predicted together to the observers. The first row has the duration of a row.</summary>
    public void Observe(ReadOnlySpan<TInput> inputs, ReadOnlySpan<Prediction<TOutput>> predictions, long started)
    {
        var elapsed = started == NotMeasured ? NotMeasured : (Stopwatch.GetTimestamp() - started) / Math.Max(1, inputs.Length);
        for (var row = 0; row < inputs.Length; row++)
        {
            Pass(inputs[row], in predictions[row], row == 0 ? elapsed : NotMeasured);
        }
    }

    public void Dispose() => version.Dispose(observers);

    private void Pass(TInput input, in Prediction<TOutput> prediction, long elapsed)
    {
        foreach (var observer in observers)
        {
            try
            {
                observer.Observe(input, in prediction, elapsed);
            }
            catch (Exception exception)
            {
                version.Report(exception, observer);
            }
        }
    }
}
