namespace MlOps.Tracking;

/// <summary>How a run is repeated and compared.</summary>
public sealed class ReproductionOptions
{
    /// <summary>Gets how far metrics may be from the recorded ones.</summary>
    /// <value>The default is 1e-9 of the recorded value: the same code on the same data with the same seed, but for the order of sums.</value>
    public MetricTolerance Tolerance { get; init; } = new(1e-9);

    /// <summary>Gets the tolerances of single metrics.</summary>
    /// <value>The default is none. Metrics that begin with <c>system/</c> or <c>workflow/</c> tell times and loads, and are not compared unless they are named here.</value>
    public IReadOnlyDictionary<string, MetricTolerance> Tolerances { get; init; } = new Dictionary<string, MetricTolerance>();

    /// <summary>Gets the folder on disk that the data are restored to.</summary>
    /// <value>The default, <see langword="null"/>, is a temporary one that is deleted in the end.</value>
    public string? DataFolder { get; init; }

    /// <summary>Gets the name of the new run.</summary>
    /// <value>The default, <see langword="null"/>, is that of the repeated one with <c> again</c>.</value>
    public string? Name { get; init; }
}
