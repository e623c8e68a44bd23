namespace MlOps.Maintenance;

/// <summary>A collection would delete more than a store in order has as garbage, so it was refused. Nothing was marked or deleted.</summary>
/// <param name="content">The content in the store.</param>
/// <param name="affected">The content that would be marked or deleted, and that no recorded deletion accounts for.</param>
/// <param name="message">The reason, the numbers and the remedy.</param>
public sealed class GarbageCollectionRefusedException(GarbageCount content, GarbageCount affected, string message) : MlOpsException(message)
{
    /// <summary>Gets the content in the store.</summary>
    public GarbageCount Content { get; } = content;

    /// <summary>Gets the content that would be marked or deleted, and that no recorded deletion accounts for.</summary>
    public GarbageCount Affected { get; } = affected;
}
