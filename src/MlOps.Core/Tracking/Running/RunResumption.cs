using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run that this process has just resumed.</summary>
/// <param name="After">The log after that.</param>
/// <param name="Marker">The marker that was set before; <see langword="null"/> for a run without an owner.</param>
/// <param name="SummarySequence">The event that the last summary has; 0 if there is none.</param>
/// <param name="IsCrashed">Whether the process that had the run before did not end it.</param>
internal sealed record RunResumption(LogSnapshot<RunState> After, ArtifactPath? Marker, long SummarySequence, bool IsCrashed);
