namespace MlOps.Tracking;

/// <summary>What a run took of its machine.</summary>
/// <param name="PeakMemory">The most memory its process had, in bytes (working set).</param>
/// <param name="CpuTime">The time of all processors that its process took while the run was under way.</param>
public sealed record RunResources(long PeakMemory, TimeSpan CpuTime);
