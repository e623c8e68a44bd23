namespace MlOps.Maintenance;

/// <summary>How much content.</summary>
/// <param name="Files">The number of distinct files.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct GarbageCount(long Files, long Bytes);
