namespace MlOps.Serving;

/// <summary>Why the registry is looked at.</summary>
internal enum UpdateReason
{
    /// <summary>It is time to: a lazy model that was unloaded meanwhile stays so.</summary>
    Poll,

    /// <summary>Somebody wants to predict.</summary>
    Use,

    /// <summary>Somebody asks for the newest version: one that failed before is tried again.</summary>
    Request,
}
