using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>An input of a step.</summary>
/// <param name="Name">The name of the file, folder, dataset version or step.</param>
/// <param name="Digest">The digest of its content.</param>
internal sealed record StepInput(string Name, Sha256Digest Digest);
