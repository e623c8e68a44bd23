namespace MlOps.Registry;

/// <summary>The status of a version.</summary>
public enum ModelVersionStatus
{
    /// <summary>The version is complete, and aliases may point at it.</summary>
    Ready,

    /// <summary>The version is kept, but no alias may point at it.</summary>
    Archived,
}
