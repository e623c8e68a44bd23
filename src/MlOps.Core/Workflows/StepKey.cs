using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>The inputs, parameters and code of a step. Two steps whose keys have the same digest have the same outputs.</summary>
internal sealed class StepKey
{
    public int Format { get; init; } = StoredDocument.Format;

    public required string Step { get; init; }

    /// <summary>Gets the code version that the author of the step sets, if nothing else identifies the code.</summary>
    /// <remarks>The key of such a step is the same in every version of the library.</remarks>
    public string? CodeVersion { get; init; }

    /// <summary>Gets the identity of the code; <see langword="null"/> if <see cref="CodeVersion"/> identifies it.</summary>
    public CodeIdentity? Code { get; init; }

    /// <summary>Gets the seed of the run, if the step uses it.</summary>
    public int? Seed { get; init; }

    public required SortedDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets the files and folders, in the order of <see cref="WorkflowStep.Files"/>.</summary>
    public required IReadOnlyList<StepInput> Files { get; init; }

    /// <summary>Gets the versions of datasets, ordered by name and number.</summary>
    public required IReadOnlyList<StepInput> Datasets { get; init; }

    /// <summary>Gets the outputs of the steps that the step depends on, ordered by name.</summary>
    public required IReadOnlyList<StepInput> Steps { get; init; }

    /// <summary>Computes the digest of the key.</summary>
    public Sha256Digest ToDigest() => Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(this, WorkflowJson.Default.StepKey));
}
