using MlOps.Content;

namespace MlOps.Datasets;

/// <summary>A file that is in two versions, with other bytes, under another path, or as a program in one of them.</summary>
/// <param name="Before">The file in the older version.</param>
/// <param name="After">The file in the newer version.</param>
public sealed record FileChange(ContentFile Before, ContentFile After);
