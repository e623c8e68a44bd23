namespace MlOps.Serving;

/// <summary>The action for a model when the host starts.</summary>
public enum ModelStart
{
    /// <summary>It is loaded; if that fails, the host does not start.</summary>
    Required,

    /// <summary>It is loaded; if the store cannot be reached, from the local cache. If that fails too, the host starts without it and goes on trying.</summary>
    Optional,

    /// <summary>It is loaded by the first prediction that waits for it, and may be unloaded again when memory is needed for others.</summary>
    Lazy,
}
