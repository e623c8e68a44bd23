using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>Something that a step reads.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Digest">What identifies its bytes.</param>
internal sealed record StepInput(string Name, Sha256Digest Digest);
