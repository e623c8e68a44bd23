namespace MlOps.Serving;

/// <summary>The reason for a look at the source of versions.</summary>
internal enum UpdateReason
{
    /// <summary>The interval has passed. A lazy model that was unloaded meanwhile stays unloaded.</summary>
    Poll,

    /// <summary>A caller predicts.</summary>
    Use,

    /// <summary>A caller requests the newest version. A version that failed before is tried again.</summary>
    Request,
}
