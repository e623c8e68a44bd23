namespace MlOps.Tracking;

/// <summary>The direction in which a metric improves.</summary>
public enum MetricDirection
{
    /// <summary>Smaller values are better, as for a loss.</summary>
    Minimize,

    /// <summary>Greater values are better, as for an accuracy.</summary>
    Maximize,
}
