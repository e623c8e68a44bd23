namespace MlOps.Content;

/// <summary>Finds the targets of symbolic links.</summary>
internal static class LinkTarget
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    /// <summary>Gets the path of an entry without any link in it.</summary>
    /// <param name="path">The full path of the entry.</param>
    /// <returns>The path; what it leads to need not exist.</returns>
    /// <exception cref="IOException">The links lead in a circle.</exception>
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
                throw new IOException($"The symbolic link '{path}' leads in a circle.");
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
