using System.Globalization;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Validates the lists of files in the documents of all record kinds.</summary>
internal static class ContentFileList
{
    /// <summary>Throws if a list is not valid.</summary>
    /// <param name="document">The path of the document that contains the list.</param>
    /// <param name="files">The list. It may contain <see langword="null"/>.</param>
    /// <exception cref="DocumentFormatException">An entry is missing, has a path outside of the folder, has the path of another entry, or has an
    /// invalid size.</exception>
    public static void ThrowIfInvalid(ArtifactPath document, IReadOnlyList<ContentFile?> files)
    {
        if (FindFault(files) is { } fault)
        {
            throw new DocumentFormatException(document, $"{fault} It was altered. {StoredDocument.Restore}");
        }
    }

    /// <summary>Finds the first fault of a list.</summary>
    /// <returns>The fault as a sentence that begins in lowercase, or <see langword="null"/> if the list is valid.</returns>
    public static string? FindFault(IReadOnlyList<ContentFile?> files)
    {
        var seen = new Dictionary<string, string>(files.Count, StringComparer.OrdinalIgnoreCase);
        var total = 0L;
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i] is not { Path: { } path, Size: var size } || !ArtifactPath.TryParse(path, out _))
            {
                return string.Create(CultureInfo.InvariantCulture, $"file {i + 1} has no valid path.");
            }

            if (size < 0 || size > long.MaxValue - total)
            {
                return string.Create(CultureInfo.InvariantCulture, $"'{path}' has the invalid size {size}.");
            }

            if (!seen.TryAdd(path, path))
            {
                return seen[path] == path ? $"'{path}' is listed twice." : $"'{seen[path]}' and '{path}' differ only in case.";
            }

            total += size;
        }

        return null;
    }
}
