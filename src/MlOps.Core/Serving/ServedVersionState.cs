namespace MlOps.Serving;

/// <summary>The state of a version of a served model.</summary>
public enum ServedVersionState
{
    /// <summary>It is being fetched, verified, loaded, checked and warmed up. The version before answers.</summary>
    Loading,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>Another one answers; predictions that began before are being finished, and then it is unloaded.</summary>
    Draining,

    /// <summary>
    /// It could not be served. It is not tried again before the registry names another version or a reload is asked for, unless the cause may pass by
    /// itself.
    /// </summary>
    Failed,
}
