namespace MlOps.Tracking;

/// <summary>The progress of a training.</summary>
public sealed class TrainingProgress
{
    internal TrainingProgress(string phase, long step, long? total, IReadOnlyDictionary<string, double> metrics)
    {
        Phase = phase;
        Step = step;
        Total = total;
        Metrics = metrics;
    }

    /// <summary>Gets the training phase, as ML.NET names it, such as <c>SDCA training</c>.</summary>
    public string Phase { get; }

    /// <summary>Gets the number of the iteration or tree.</summary>
    public long Step { get; }

    /// <summary>Gets the maximum number of steps.</summary>
    /// <value><see langword="null"/> if the trainer does not report it.</value>
    public long? Total { get; }

    /// <summary>Gets the metrics of this step, with the names that they have in the run.</summary>
    /// <value>Empty if the trainer reports no metrics for this step.</value>
    public IReadOnlyDictionary<string, double> Metrics { get; }
}
