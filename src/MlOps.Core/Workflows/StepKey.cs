using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>All that the outputs of a step depend on. Two steps with the same digest of this have the same outputs.</summary>
internal sealed class StepKey
{
    public int Format { get; init; } = StoredDocument.Format;

    public required string Step { get; init; }

    public required string CodeVersion { get; init; }

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

    /// <summary>Gets what tells whether the function of a step is the same as before.</summary>
    public static string CodeVersionOf(WorkflowStep step)
    {
        try
        {
            // The identity changes with any code in the assembly; its functions are told apart by their names.
            return step.CodeVersion ?? $"{step.Work.Method.Module.ModuleVersionId} {step.Work.Method.DeclaringType}.{step.Work.Method.Name}";
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"Nothing tells whether the code of the step '{step.Name}' has changed: compiled ahead of time, a function does not know its assembly's identity. Give the step a CodeVersion.", exception);
        }
    }
}
