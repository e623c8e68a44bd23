using System.Collections.Concurrent;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Records the predictions that it observes.</summary>
internal sealed class RecordingObserver : IPredictionObserver
{
    private int _observers;

    /// <summary>Gets the observed rows.</summary>
    public ConcurrentQueue<Observed> Rows { get; } = new();

    /// <summary>Gets the versions whose observers were created.</summary>
    public ConcurrentQueue<ObservedVersion> Versions { get; } = new();

    /// <summary>Gets the number of observers that are not disposed.</summary>
    public int Observers => Volatile.Read(ref _observers);

    /// <summary>Gets or sets the action during an observation.</summary>
    public Action Middle { get; set; } = static () => { };

    public IRowObserver<TInput, TOutput> CreateForRows<TInput, TOutput>(ObservedVersion version)
        where TInput : class
        where TOutput : class
    {
        Versions.Enqueue(version);
        Interlocked.Increment(ref _observers);
        return new RowRecorder<TInput, TOutput>(this);
    }

    public ITensorObserver CreateForTensors(ObservedVersion version)
    {
        Interlocked.Increment(ref _observers);
        return new TensorRecorder(this);
    }

    /// <param name="X">The input.</param>
    /// <param name="Y">The output; null for a rejected row.</param>
    /// <param name="Warnings">The number of violations.</param>
    /// <param name="Id">The identifier of the prediction.</param>
    /// <param name="ElapsedTicks">The duration.</param>
    internal sealed record Observed(float X, float? Y, int Warnings, Guid Id, long ElapsedTicks);

    private sealed class RowRecorder<TInput, TOutput>(RecordingObserver owner) : IRowObserver<TInput, TOutput>
        where TInput : class
        where TOutput : class
    {
        public void Observe(TInput input, in Prediction<TOutput> prediction, long elapsedTicks)
        {
            owner.Middle();
            owner.Rows.Enqueue(new Observed(
                ((Point)(object)input).X,
                prediction.IsRejected ? null : ((Answer)(object)prediction.Output).Y,
                prediction.Violations.Count,
                prediction.Id,
                elapsedTicks));
        }

        public void Dispose() => Interlocked.Decrement(ref owner._observers);
    }

    private sealed class TensorRecorder(RecordingObserver owner) : ITensorObserver
    {
        public void Observe(
            IReadOnlyDictionary<string, ModelTensor> inputs, in Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction, long elapsedTicks)
        {
            owner.Middle();
            owner.Rows.Enqueue(new Observed(
                inputs["x"].AsSpan<float>()[0],
                prediction.IsRejected ? null : prediction.Output["y"].AsSpan<float>()[0],
                prediction.Violations.Count,
                prediction.Id,
                elapsedTicks));
        }

        public void Dispose() => Interlocked.Decrement(ref owner._observers);
    }
}
