using System.Globalization;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Validates lists of files in documents, for every kind of record.</summary>
internal static class ContentFileList
{
    /// <summary>Throws if a list cannot be one that the library wrote.</summary>
    /// <param name="document">The path of the document that has the list.</param>
    /// <param name="files">The list, in which any entry may be missing.</param>
    /// <exception cref="DocumentFormatException">An entry is missing, or has a path that leads out of the folder, a path that another has, or an impossible
    /// size.</exception>
    public static void ThrowIfInvalid(ArtifactPath document, IReadOnlyList<ContentFile?> files)
    {
        if (FindFault(files) is { } fault)
        {
            throw new DocumentFormatException(document, $"{fault} It was altered. {StoredDocument.Restore}");
        }
    }

    /// <summary>Finds the first fault of a list.</summary>
    /// <returns>The fault as a sentence, or <see langword="null"/>.</returns>
    public static string? FindFault(IReadOnlyList<ContentFile?> files)
    {
        var seen = new Dictionary<string, string>(files.Count, StringComparer.OrdinalIgnoreCase);
        var total = 0L;
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i] is not { Path: { } path, Size: var size } || !ArtifactPath.TryParse(path, out _))
            {
                return string.Create(CultureInfo.InvariantCulture, $"file {i + 1} has no path that can be restored.");
            }

            if (size < 0 || size > long.MaxValue - total)
            {
                return string.Create(CultureInfo.InvariantCulture, $"'{path}' has the size {size}, which is not possible.");
            }

            if (!seen.TryAdd(path, path))
            {
                return seen[path] == path ? $"'{path}' is in it twice." : $"'{seen[path]}' and '{path}' differ only in case.";
            }

            total += size;
        }

        return null;
    }
}
