using MlOps.Content;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The document beside a version's files in the local cache, by which it can be used while the store cannot be reached.</summary>
internal sealed class CachedVersion
{
    public required int Format { get; init; }

    public required ModelVersion Version { get; init; }

    public required IReadOnlyList<ContentFile> Files { get; init; }

    public IReadOnlyList<GoldenExample> Examples { get; init; } = [];
}
