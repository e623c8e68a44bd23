using System.Globalization;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>An object that a garbage collection processed: content, a record or a metric segment.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class GarbageItem
{
    internal GarbageItem(ArtifactPath path, GarbageAction action, long? size, string? reason = null) =>
        (Path, Action, Size, Reason) = (path, action, size, reason);

    /// <summary>Gets the path of the content or metric segment, or the folder of the record.</summary>
    public ArtifactPath Path { get; }

    /// <summary>Gets the action of the collection.</summary>
    public GarbageAction Action { get; }

    /// <summary>Gets the size of the content or metric segment, in bytes.</summary>
    /// <value><see langword="null"/> for a record.</value>
    public long? Size { get; }

    /// <summary>Gets the reason for the removal of a record or metric segment, as recorded in its history.</summary>
    /// <value><see langword="null"/> for content.</value>
    public string? Reason { get; }

    /// <summary>Describes the item in one line.</summary>
    /// <returns>The action, the path, and the size or the reason.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Action}: {Path} ({Reason ?? ReportText.Size(Size ?? 0)})");
}
