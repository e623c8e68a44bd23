namespace MlOps.Content;

/// <summary>Resolves symbolic links.</summary>
internal static class LinkTarget
{
    // The limit of Linux.
    private const int MaxLinks = 40;

    /// <summary>Resolves all symbolic links in a path.</summary>
    /// <param name="path">The full path of a file or folder.</param>
    /// <returns>The path without links. Its target does not have to exist.</returns>
    /// <exception cref="IOException">The links form a cycle.</exception>
    public static string Resolve(string path)
    {
        var current = Path.GetPathRoot(path)!;
        var segments = new Stack<string>();
        Push(path[current.Length..]);
        for (var links = 0; segments.TryPop(out var segment);)
        {
            if (segment == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
            }
            else if (new FileInfo(Path.Join(current, segment)).LinkTarget is not { } target)
            {
                current = Path.Join(current, segment);
            }
            else if (++links > MaxLinks)
            {
                throw new IOException($"The symbolic link '{path}' is part of a cycle of links. Remove the link.");
            }
            else
            {
                var root = Path.GetPathRoot(target);
                current = string.IsNullOrEmpty(root) ? current : Path.GetFullPath(root);
                Push(target[(root?.Length ?? 0)..]);
            }
        }

        return current;

        void Push(string relative)
        {
            char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
            foreach (var segment in relative.Split(separators, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                if (segment != ".")
                {
                    segments.Push(segment);
                }
            }
        }
    }
}
