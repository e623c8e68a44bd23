namespace MlOps.Metrics;

/// <summary>Specifies the points to drop when the queue of a sink is full. Dropped points are counted.</summary>
public enum MetricsWhenFull
{
    /// <summary>The newest points. The queued points remain without gaps.</summary>
    DropNewest,

    /// <summary>The oldest points. The queued points remain recent.</summary>
    DropOldest,
}
