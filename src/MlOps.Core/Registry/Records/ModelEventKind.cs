namespace MlOps.Registry;

/// <summary>The kind of an event of a model.</summary>
public enum ModelEventKind
{
    /// <summary>A version was registered, and the first version created the model.</summary>
    Registered = 1,

    /// <summary>The model was created without a version.</summary>
    Created,

    /// <summary>The description of the model or a version, or a version's intended use, was changed.</summary>
    Described,

    /// <summary>Tags of the model or a version were set.</summary>
    Tagged,

    /// <summary>Tags of the model or a version were removed.</summary>
    Untagged,

    /// <summary>An alias was pointed at a version.</summary>
    AliasSet,

    /// <summary>An alias was removed.</summary>
    AliasRemoved,

    /// <summary>An alias was pointed back at a version it had pointed at before.</summary>
    RolledBack,

    /// <summary>A version was approved.</summary>
    Approved,

    /// <summary>A version was archived.</summary>
    Archived,

    /// <summary>A version was unarchived.</summary>
    Unarchived,

    /// <summary>The resource usage of a version was set.</summary>
    Profiled,

    /// <summary>A version was deleted.</summary>
    VersionDeleted,

    /// <summary>The model was deleted with all its versions.</summary>
    ModelDeleted,

    /// <summary>Metrics of a version were added after its registration.</summary>
    MetricsAdded,

    /// <summary>An alert was raised: the condition of a monitoring rule is met.</summary>
    AlertRaised,

    /// <summary>An alert was resolved: the condition of a monitoring rule is no longer met.</summary>
    AlertResolved,
}
