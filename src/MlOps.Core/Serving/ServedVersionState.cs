namespace MlOps.Serving;

/// <summary>Specifies the state of a version of a served model.</summary>
public enum ServedVersionState
{
    /// <summary>The version is being fetched, verified, loaded, checked and warmed up. The previous version serves predictions.</summary>
    Loading,

    /// <summary>The version serves predictions.</summary>
    Ready,

    /// <summary>The version completes the predictions in progress and is then unloaded. Another version serves new predictions.</summary>
    Draining,

    /// <summary>The version cannot be served. Transient failures are retried; other failures only on a reload.</summary>
    Failed,
}
