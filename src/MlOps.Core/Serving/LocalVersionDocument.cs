using MlOps.Content;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The stored description of a <see cref="LocalVersion"/>, next to its files. It is used when the store is unavailable.</summary>
internal sealed class LocalVersionDocument
{
    public required int Format { get; init; }

    public required ModelVersion Version { get; init; }

    public required IReadOnlyList<ContentFile> Files { get; init; }

    public IReadOnlyList<GoldenExample> Examples { get; init => field = value ?? []; } = [];
}
