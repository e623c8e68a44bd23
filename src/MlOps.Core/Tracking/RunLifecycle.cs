namespace MlOps.Tracking;

/// <summary>Which runs count as to deletion.</summary>
public enum RunLifecycle
{
    /// <summary>Those that are not deleted.</summary>
    Active,

    /// <summary>Those that are.</summary>
    Deleted,

    /// <summary>All.</summary>
    All,
}
