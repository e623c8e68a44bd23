namespace MlOps.Serving;

/// <summary>The reason for a check of the version source.</summary>
internal enum UpdateReason
{
    /// <summary>A background poll. A lazy model that was unloaded stays unloaded.</summary>
    Poll,

    /// <summary>A prediction.</summary>
    Use,

    /// <summary>An explicit reload. A version that failed before is retried.</summary>
    Request,
}
