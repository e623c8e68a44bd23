using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>A version whose files are on the local disk and verified.</summary>
/// <param name="Version">The version.</param>
/// <param name="Folder">The folder with its files and nothing else.</param>
/// <param name="Examples">Its golden examples.</param>
internal sealed record FetchedVersion(ModelVersion Version, string Folder, IReadOnlyList<GoldenExample> Examples);
