namespace MlOps.Monitoring.Drift;

/// <summary>The decision on the drift of a feature.</summary>
public enum DriftVerdict
{
    /// <summary>The distribution has not changed, or less than the threshold.</summary>
    Stable,

    /// <summary>The change is significant and at least the threshold.</summary>
    Drifted,

    /// <summary>There are too few values for a decision.</summary>
    TooFewValues,

    /// <summary>The feature cannot be compared, for example because the baseline does not have it or its type has changed.</summary>
    NotComparable,
}
