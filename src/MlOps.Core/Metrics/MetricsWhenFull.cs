namespace MlOps.Metrics;

/// <summary>What is dropped, and counted, where points come faster than they are taken.</summary>
public enum MetricsWhenFull
{
    /// <summary>What comes last: what is there stays in one piece.</summary>
    DropNewest,

    /// <summary>What has waited longest: what is there stays recent.</summary>
    DropOldest,
}
