using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>One file that a collection dealt with.</summary>
/// <param name="Sha256">The digest of its bytes.</param>
/// <param name="Size">The number of bytes.</param>
/// <param name="Action">What was done with it.</param>
public sealed record GarbageItem(Sha256Digest Sha256, long Size, GarbageAction Action);
