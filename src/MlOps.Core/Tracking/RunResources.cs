using System.Text.Json.Serialization;

namespace MlOps.Tracking;

/// <summary>The memory and the processor time that a run used.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RunResources
{
    [JsonConstructor]
    internal RunResources(long peakMemory, TimeSpan cpuTime)
    {
        PeakMemory = peakMemory;
        CpuTime = cpuTime;
    }

    /// <summary>Gets the peak working set of the process, in bytes.</summary>
    public long PeakMemory { get; }

    /// <summary>Gets the processor time that the process used during the run, summed over all processors.</summary>
    public TimeSpan CpuTime { get; }

    /// <summary>Determines whether another object has the same values.</summary>
    internal bool HasSameValues(RunResources? other) => other is not null && PeakMemory == other.PeakMemory && CpuTime == other.CpuTime;
}
