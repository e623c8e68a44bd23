namespace MlOps.Tracking;

/// <summary>The kinds of differences between a recorded run and the current code, data and environment, most significant first.</summary>
public enum RunDifferenceKind
{
    /// <summary>A dataset is missing, has changed, or cannot be verified.</summary>
    Data,

    /// <summary>A parameter differs.</summary>
    Parameter,

    /// <summary>The seed of the random numbers differs.</summary>
    Seed,

    /// <summary>The commit of the code or its uncommitted changes differ.</summary>
    Code,

    /// <summary>The version of a NuGet package differs.</summary>
    Package,

    /// <summary>The .NET runtime differs.</summary>
    Runtime,

    /// <summary>The architecture of the process differs.</summary>
    Architecture,

    /// <summary>The operating system differs.</summary>
    OperatingSystem,

    /// <summary>The store contains a newer version of a dataset. The recorded version still exists, so the reproduction is not
    /// affected.</summary>
    NewerData,
}
