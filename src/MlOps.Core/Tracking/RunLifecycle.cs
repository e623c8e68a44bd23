namespace MlOps.Tracking;

/// <summary>Filters runs by deletion state.</summary>
public enum RunLifecycle
{
    /// <summary>Runs that are not deleted.</summary>
    Active,

    /// <summary>Deleted runs that can be restored.</summary>
    Deleted,

    /// <summary>Active and deleted runs.</summary>
    All,
}
