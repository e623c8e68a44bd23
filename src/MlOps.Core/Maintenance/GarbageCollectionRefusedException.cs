namespace MlOps.Maintenance;

/// <summary>The exception that is thrown when a garbage collection is refused because it would delete an unusually large part of the content. Nothing was
/// marked or deleted.</summary>
public sealed class GarbageCollectionRefusedException : MlOpsException
{
    internal GarbageCollectionRefusedException(GarbageCount content, GarbageCount affected, string message)
        : base(message) => (Content, Affected) = (content, affected);

    /// <summary>Gets the content in the store.</summary>
    public GarbageCount Content { get; }

    /// <summary>Gets the content that would be marked or deleted and that no event in the store ever referenced.</summary>
    public GarbageCount Affected { get; }
}
