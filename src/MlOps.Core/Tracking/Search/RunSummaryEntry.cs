using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A summary or change marker in a listing.</summary>
/// <param name="Id">The identifier of the run.</param>
/// <param name="Sequence">The sequence number of the last event in the summary.</param>
/// <param name="Path">The path.</param>
/// <param name="ETag">The ETag of the artifact.</param>
/// <param name="Written">The time at which the artifact was written, from the clock of the store.</param>
/// <param name="IsMarker">Whether the artifact is a change marker.</param>
internal sealed record RunSummaryEntry(string Id, long Sequence, ArtifactPath Path, string ETag, DateTimeOffset Written, bool IsMarker);
