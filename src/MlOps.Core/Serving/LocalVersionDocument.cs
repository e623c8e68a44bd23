using MlOps.Content;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The document beside the files of a <see cref="LocalVersion"/>. It describes the version while the store cannot be reached.</summary>
internal sealed class LocalVersionDocument
{
    public required int Format { get; init; }

    public required ModelVersion Version { get; init; }

    public required IReadOnlyList<ContentFile> Files { get; init; }

    public IReadOnlyList<GoldenExample> Examples { get; init => field = value ?? []; } = [];
}
