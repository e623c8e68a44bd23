using MlOps.Content;

namespace MlOps.Datasets;

/// <summary>A file whose content, path or executable flag differs between two versions.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FileChange
{
    internal FileChange(ContentFile before, ContentFile after)
    {
        Before = before;
        After = after;
    }

    /// <summary>Gets the file in the older version.</summary>
    public ContentFile Before { get; }

    /// <summary>Gets the file in the newer version.</summary>
    public ContentFile After { get; }
}
