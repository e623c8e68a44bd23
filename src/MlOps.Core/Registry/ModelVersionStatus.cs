namespace MlOps.Registry;

/// <summary>Whether a version may be used.</summary>
public enum ModelVersionStatus
{
    /// <summary>It is complete, and aliases may point at it.</summary>
    Ready,

    /// <summary>It is kept, and no alias may point at it.</summary>
    Archived,
}
