using System.Diagnostics.CodeAnalysis;

namespace MlOps.Documents;

/// <summary>The document <c>mlops-store.json</c> at the root of a store.</summary>
internal sealed class StoreMarkerDocument
{
    public required int Format { get; init; }

    /// <summary>Gets the random id of the store.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the kinds of record in the store, such as <c>models</c>, in ordinal order.</summary>
    /// <value>Empty if the property is absent or null. The serializer sets an absent property to null.</value>
    [AllowNull]
    public IReadOnlyList<string> Kinds { get; init => field = value ?? []; } = [];

    /// <summary>Gets the ids of the stores that were copied to this store as a whole.</summary>
    /// <value>Empty if the property is absent or null.</value>
    [AllowNull]
    public IReadOnlyList<Guid> CopiedFrom { get; init => field = value ?? []; } = [];
}
