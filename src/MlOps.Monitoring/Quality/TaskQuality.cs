using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the metrics of one kind of model.</summary>
/// <remarks>Not thread-safe.</remarks>
internal abstract class TaskQuality
{
    /// <summary>Gets the number of usable outcomes.</summary>
    public long Outcomes { get; protected set; }

    /// <summary>Gets the metrics by name, in the order of the report.</summary>
    public Dictionary<string, QualityEstimate> Metrics { get; } = [];

    /// <summary>Gets the metrics that are estimated without outcomes.</summary>
    public Dictionary<string, QualityEstimate> Estimated { get; } = [];

    /// <summary>Gets the confusion matrix, or <see langword="null"/>.</summary>
    public ConfusionMatrix? Confusion { get; protected set; }

    /// <summary>Gets the name of the positive class, or <see langword="null"/>.</summary>
    public string? PositiveClass { get; protected set; }

    /// <summary>Adds rows.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="actuals">The outcomes of the rows.</param>
    public abstract void Add(RowBatch batch, ReadOnlySpan<ActualValue> actuals);

    /// <summary>Computes the metrics of the rows so far.</summary>
    /// <param name="faults">The faults of the result.</param>
    public abstract void Compute(QualityFaults faults);
}
