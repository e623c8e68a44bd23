namespace MlOps.Tracking;

/// <summary>What of a run is different, from what weighs most for its result to what weighs least.</summary>
public enum RunDifferenceKind
{
    /// <summary>Data are gone, are others, or cannot be verified.</summary>
    Data,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>The seed of random numbers.</summary>
    Seed,

    /// <summary>The commit of the code, or what differed from it.</summary>
    Code,

    /// <summary>A NuGet package.</summary>
    Package,

    /// <summary>The .NET runtime.</summary>
    Runtime,

    /// <summary>The architecture of the process.</summary>
    Architecture,

    /// <summary>The operating system.</summary>
    OperatingSystem,

    /// <summary>There are newer data. The recorded ones are there too, so this changes nothing for who uses them.</summary>
    NewerData,
}
