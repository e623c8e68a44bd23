namespace MlOps.Tracking;

/// <summary>The comparison of the last value of a metric in a recorded run and in its reproduction.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MetricComparison
{
    internal MetricComparison(string metric, double? recorded, double? reproduced, bool agrees)
    {
        Metric = metric;
        Recorded = recorded;
        Reproduced = reproduced;
        Agrees = agrees;
    }

    /// <summary>Gets the name of the metric.</summary>
    public string Metric { get; }

    /// <summary>Gets the value in the recorded run.</summary>
    /// <value><see langword="null"/> if the recorded run does not have the metric.</value>
    public double? Recorded { get; }

    /// <summary>Gets the value in the new run.</summary>
    /// <value><see langword="null"/> if the new run does not have the metric.</value>
    public double? Reproduced { get; }

    /// <summary>Gets a value indicating whether the values agree within the tolerance.</summary>
    /// <value><see langword="false"/> if only one of the runs has the metric.</value>
    public bool Agrees { get; }
}
