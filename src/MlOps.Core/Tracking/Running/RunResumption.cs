using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The result of resuming a run.</summary>
/// <param name="After">The log after the run was resumed.</param>
/// <param name="Marker">The change marker that was written before the run was resumed; <see langword="null"/> for a shared run.</param>
/// <param name="SummarySequence">The sequence number of the last summary; 0 if there is none.</param>
/// <param name="HasCrashed">Whether the previous process did not end the run.</param>
internal sealed record RunResumption(LogSnapshot<RunState> After, ArtifactPath? Marker, long SummarySequence, bool HasCrashed);
