namespace MlOps.Serving;

/// <summary>Specifies how a model is loaded when the host starts.</summary>
public enum ModelStartMode
{
    /// <summary>The model is loaded. If the load fails, the host does not start.</summary>
    Required,

    /// <summary>The model is loaded, from the local cache if the store is unavailable. If that fails too, the host starts, and the load is retried.</summary>
    Optional,

    /// <summary>The model is loaded on first use, and may be unloaded when other models need memory.</summary>
    Lazy,
}
