using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>All that the outputs of a step depend on. Two steps with the same digest of this have the same outputs.</summary>
internal sealed class StepKey
{
    public int Format { get; init; } = StoredDocument.Format;

    public required string Step { get; init; }

    /// <summary>Gets the version that the author of the step gives, if nothing else identifies the code. Every version of the library has the same key
    /// then.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>Gets the identity of the code that runs; <see langword="null"/> if <see cref="CodeVersion"/> is all of it.</summary>
    public CodeIdentity? Code { get; init; }

    /// <summary>Gets the run's seed, if the step uses it.</summary>
    public int? Seed { get; init; }

    public required SortedDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets files and folders, in the order in which the step has them.</summary>
    public required IReadOnlyList<StepInput> Files { get; init; }

    /// <summary>Gets versions of datasets, by name and number.</summary>
    public required IReadOnlyList<StepInput> Datasets { get; init; }

    /// <summary>Gets the outputs of earlier steps, by name.</summary>
    public required IReadOnlyList<StepInput> Steps { get; init; }

    /// <summary>Computes the digest.</summary>
    public Sha256Digest ToDigest() => Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(this, WorkflowJson.Default.StepKey));
}
