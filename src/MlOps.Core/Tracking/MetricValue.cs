namespace MlOps.Tracking;

/// <summary>The value of a metric that runs are compared by.</summary>
public enum MetricValue
{
    /// <summary>The last value: the value of the greatest step.</summary>
    Last,

    /// <summary>The best value of all steps: the minimum or the maximum, as <see cref="MetricDirection"/> states.</summary>
    Best,
}
