namespace MlOps.Monitoring.Quality;

/// <summary>The quality of the predictions of a window.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class QualityResult
{
    /// <summary>Gets the number of predictions.</summary>
    public long Predictions { get; init; }

    /// <summary>Gets the number of predictions with a usable outcome.</summary>
    public long Outcomes { get; init; }

    /// <summary>Gets the share of predictions with an outcome, 0 to 1; 0 if there are no predictions.</summary>
    public double Coverage => Predictions == 0 ? 0 : (double)Outcomes / Predictions;

    /// <summary>Gets the name of the positive class, which <c>precision</c>, <c>recall</c>, <c>f1</c>, <c>auc</c> and <c>auprc</c> refer to.</summary>
    /// <value><see langword="null"/> if there is none.</value>
    public string? PositiveClass { get; init; }

    /// <summary>Gets the realised metrics, by name, such as <c>accuracy</c>.</summary>
    public IReadOnlyDictionary<string, QualityEstimate> Metrics { get; init; } = new Dictionary<string, QualityEstimate>();

    /// <summary>Gets the metrics that are estimated without outcomes, by name.</summary>
    /// <remarks>The estimates refer to all predictions. They do not contain the effect of a change of the relation between inputs and outcomes.</remarks>
    public IReadOnlyDictionary<string, QualityEstimate> Estimated { get; init; } = new Dictionary<string, QualityEstimate>();

    /// <summary>Gets the confusion matrix of a classification; <see langword="null"/> without outcomes and for other models.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>Gets the segments, worst first, in descending order of <see cref="SegmentQuality.WorseBy"/>.</summary>
    public IReadOnlyList<SegmentQuality> Segments { get; init; } = [];

    /// <summary>Gets the faults of the outcomes, such as outcomes of unknown predictions.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Gets the setting that prevents the computation; <see langword="null"/> if there is none. It is not stored.</summary>
    internal string? SettingsFault { get; init; }

    /// <summary>Creates a copy with other warnings.</summary>
    internal QualityResult WithWarnings(IReadOnlyList<string> warnings) => new()
    {
        Predictions = Predictions,
        Outcomes = Outcomes,
        PositiveClass = PositiveClass,
        Metrics = Metrics,
        Estimated = Estimated,
        Confusion = Confusion,
        Segments = Segments,
        Warnings = warnings,
    };
}
