using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run that this process has just resumed.</summary>
/// <param name="After">The log after that.</param>
/// <param name="Mark">The mark that was set before; <see langword="null"/> for a run without an owner.</param>
/// <param name="Summarized">The event that the last summary has; 0 if there is none.</param>
/// <param name="IsCrashed">Whether the process that had the run before did not end it.</param>
internal sealed record RunResumption(LogSnapshot<RunState> After, ArtifactPath? Mark, long Summarized, bool IsCrashed);
