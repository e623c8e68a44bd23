namespace MlOps.Tracking;

/// <summary>The value of a metric that is used to compare runs.</summary>
public enum MetricValue
{
    /// <summary>The value of the greatest step.</summary>
    Last,

    /// <summary>The best value of all steps: the minimum or the maximum, depending on <see cref="MetricDirection"/>.</summary>
    Best,
}
