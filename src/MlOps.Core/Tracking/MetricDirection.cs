namespace MlOps.Tracking;

/// <summary>Which values of a metric are better.</summary>
public enum MetricDirection
{
    /// <summary>Smaller ones, as of a loss.</summary>
    Minimize,

    /// <summary>Greater ones, as of an accuracy.</summary>
    Maximize,
}
