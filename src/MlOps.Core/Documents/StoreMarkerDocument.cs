namespace MlOps.Documents;

/// <summary>The document <c>mlops-store.json</c> at the root of a store.</summary>
internal sealed class StoreMarkerDocument
{
    public required int Format { get; init; }

    /// <summary>Gets the random id of the store.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the kinds of record that the store has, such as <c>models</c>, in ordinal order.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Gets the ids of the stores that were copied to this one as a whole.</summary>
    public IReadOnlyList<Guid> CopiedFrom { get; init; } = [];
}
