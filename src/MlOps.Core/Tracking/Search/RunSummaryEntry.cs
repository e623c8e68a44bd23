using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>An entry of a listing of summaries.</summary>
/// <param name="Id">The identifier of the run.</param>
/// <param name="Sequence">The number of the last event that the summary has.</param>
/// <param name="Path">The path.</param>
/// <param name="ETag">The tag of this version.</param>
/// <param name="Written">The time of writing, by the clock of the store.</param>
/// <param name="IsMarker">Whether it is the marker of a change and no summary.</param>
internal sealed record RunSummaryEntry(string Id, long Sequence, ArtifactPath Path, string ETag, DateTimeOffset Written, bool IsMarker);
