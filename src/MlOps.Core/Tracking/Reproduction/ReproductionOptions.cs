namespace MlOps.Tracking;

/// <summary>The options of a reproduction.</summary>
public sealed class ReproductionOptions
{
    /// <summary>Gets the tolerance of all metrics that <see cref="Tolerances"/> does not list.</summary>
    /// <value>The default is 1e-9 of the recorded value, which allows sums to be computed in a different order.</value>
    public MetricTolerance Tolerance { get; init; } = new(1e-9);

    /// <summary>Gets the tolerances of individual metrics, by name.</summary>
    /// <value>The default is empty. Metrics that begin with <c>system/</c> or <c>workflow/</c> measure durations and load; they are
    /// compared only if they are listed here.</value>
    public IReadOnlyDictionary<string, MetricTolerance> Tolerances { get; init; } = new Dictionary<string, MetricTolerance>();

    /// <summary>Gets the local folder to which the datasets are restored.</summary>
    /// <value>The default, <see langword="null"/>, is a temporary folder that is deleted after the reproduction.</value>
    public string? DataFolder { get; init; }

    /// <summary>Gets the name of the new run.</summary>
    /// <value>The default, <see langword="null"/>, is the name of the recorded run followed by <c> again</c>.</value>
    public string? Name { get; init; }
}
