using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A file of a version: where it is in the version's folder, and which bytes it has.</summary>
/// <param name="Path">The path below the folder, with <c>/</c> between segments.</param>
/// <param name="Size">The number of bytes.</param>
/// <param name="Sha256">The digest of the bytes, which is also where they are stored.</param>
public sealed record ContentFile(string Path, long Size, Sha256Digest Sha256);
