using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>That a step ran.</summary>
internal sealed class StepEvent
{
    public required StepEventKind Kind { get; init; }

    public required string Step { get; init; }

    public required string Workflow { get; init; }

    /// <summary>Gets the run that it ran in.</summary>
    public required string RunId { get; init; }

    /// <summary>Gets the digest of the list of its outputs, which is content.</summary>
    public required Sha256Digest Manifest { get; init; }

    /// <summary>Gets how long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
