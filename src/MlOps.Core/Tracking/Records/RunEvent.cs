using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Something that was recorded of a run. What does not apply to its kind is <see langword="null"/>.</summary>
internal sealed class RunEvent
{
    public required RunEventKind Kind { get; init; }

    public string? Name { get; init; }

    public string? ParentId { get; init; }

    public int? Seed { get; init; }

    public string? GitCommit { get; init; }

    /// <summary>Gets the digest of what it ran in.</summary>
    public Sha256Digest? Environment { get; init; }

    /// <summary>Gets who has the run from this event on: machine, process, and a random value.</summary>
    public string? Holder { get; init; }

    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Gets tags; those with the value <see langword="null"/> were removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    public IReadOnlyList<RunDataset>? Datasets { get; init; }

    public string? Note { get; init; }

    public bool? IsDeleted { get; init; }

    public IReadOnlyList<ContentFile>? Files { get; init; }

    public RunStatus? Status { get; init; }

    public RunFailure? Failure { get; init; }

    public RunResources? Resources { get; init; }

    /// <summary>Gets the last values of all metrics when the run ended.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }
}
