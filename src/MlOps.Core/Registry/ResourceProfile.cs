using System.Globalization;
using System.Runtime.InteropServices;

namespace MlOps.Registry;

/// <summary>The measured resource usage of a version on one kind of machine.</summary>
/// <remarks>
/// Immutable and thread-safe. Serving measures a version when it loads it, and records the profile once for each kind of machine.
/// <see cref="Serving.IResourceMeter"/> measures a version on demand.
/// </remarks>
public sealed class ResourceProfile
{
    /// <summary>Gets the kind of this machine: operating system, processor architecture and number of processors.</summary>
    /// <value>
    /// Such as <c>linux-x64-2</c>. The operating system is <c>linux</c>, <c>win</c>, <c>osx</c> or <c>other</c>. The number of processors is the number that
    /// the process may use, so that the limit of a container counts.
    /// </value>
    public static string CurrentMachine { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{DescribeSystem()}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}-{Environment.ProcessorCount}");

    /// <summary>Gets the kind of the machine on which the version was measured.</summary>
    /// <value>Such as <c>linux-x64-2</c>, 1 to 250 characters. The default, <see langword="null"/>, is not stated.</value>
    public string? Machine { get; init; }

    /// <summary>Gets the time from verified files to the first possible prediction.</summary>
    /// <value>Zero or more. The default, <see langword="null"/>, is not measured.</value>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>Gets the memory of the loaded model, in bytes.</summary>
    /// <remarks>
    /// Serving measures the increase of the memory of its process during the load. The value is an estimate: it includes the libraries and the compiled code
    /// that the first model of a format loads, and garbage that is not collected yet.
    /// </remarks>
    /// <value>Zero or more. The default, <see langword="null"/>, is not measured.</value>
    public long? Memory { get; init; }

    /// <summary>Gets the median time of a prediction of one row.</summary>
    /// <value>Zero or more. The default, <see langword="null"/>, is not measured.</value>
    public TimeSpan? Latency { get; init; }

    /// <summary>Gets the 99th percentile of the time of a prediction of one row.</summary>
    /// <value>At least <see cref="Latency"/>. The default, <see langword="null"/>, is not measured.</value>
    public TimeSpan? LatencyP99 { get; init; }

    /// <summary>Gets the size of the files of the version, in bytes.</summary>
    /// <value>Zero or more. The default, <see langword="null"/>, is not measured.</value>
    public long? ArtifactSize { get; init; }

    /// <summary>Gets a value indicating whether no value is measured.</summary>
    internal bool IsEmpty => this is { LoadTime: null, Memory: null, Latency: null, LatencyP99: null, ArtifactSize: null };

    /// <summary>Creates a profile with the values of this profile, and those of another profile that this one does not have.</summary>
    internal ResourceProfile Or(ResourceProfile? other) => new()
    {
        Machine = other is null || other.Machine == Machine ? Machine : null,
        LoadTime = LoadTime ?? other?.LoadTime,
        Memory = Memory ?? other?.Memory,
        Latency = Latency ?? other?.Latency,
        LatencyP99 = LatencyP99 ?? other?.LatencyP99,
        ArtifactSize = ArtifactSize ?? other?.ArtifactSize,
    };

    /// <summary>Creates a profile with only the values that another profile does not have.</summary>
    internal ResourceProfile Except(ResourceProfile? known) => new()
    {
        Machine = Machine,
        LoadTime = known?.LoadTime is null ? LoadTime : null,
        Memory = known?.Memory is null ? Memory : null,
        Latency = known?.Latency is null ? Latency : null,
        LatencyP99 = known?.LatencyP99 is null ? LatencyP99 : null,
        ArtifactSize = known?.ArtifactSize is null ? ArtifactSize : null,
    };

    private static string DescribeSystem() =>
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "other";
}
