namespace MlOps.Content;

/// <summary>A local file that is to become content, as it was when it was found.</summary>
/// <param name="Path">Its path in the version.</param>
/// <param name="File">Its path on disk, which is no link.</param>
/// <param name="Size">Its size then.</param>
/// <param name="Written">When it was last written then.</param>
internal sealed record SourceFile(string Path, string File, long Size, DateTime Written)
{
    /// <summary>Gets the path of the link that led to the file; <see langword="null"/> if none did.</summary>
    public string? Link { get; init; }

    /// <summary>Gets a value indicating whether the owner may execute the file; never on Windows.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Finds files, and all files below folders.</summary>
    /// <param name="sources">Paths on disk: a file is found under its name, a folder's files under their paths below the folder.</param>
    /// <param name="selection">The choice of files; all files and no links if <see langword="null"/>.</param>
    /// <param name="spooled">More such paths, whose files are not chosen from.</param>
    /// <exception cref="ArgumentException">One is not there, cannot be read or cannot be stored portably; the message names it.</exception>
    public static List<SourceFile> FindAll(IReadOnlyList<string> sources, SourceSelection? selection = null, IReadOnlyList<string>? spooled = null) =>
        SourceFinder.Find(sources, selection ?? SourceSelection.All, spooled ?? []);

    /// <summary>Opens the file for reading from its beginning to its end.</summary>
    /// <exception cref="InvalidOperationException">It is gone.</exception>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public FileStream OpenRead()
    {
        try
        {
            return RegularFile.OpenRead(File);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidOperationException(
                $"'{File}' was removed while it was being read. Nothing was registered. Stop what removes it, or copy it first, and try again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SourceFinder.Unreadable(File, exception);
        }
    }

    /// <summary>Throws if the file is no longer what it was when it was found.</summary>
    /// <exception cref="InvalidOperationException">It was changed meanwhile.</exception>
    public void ThrowIfChanged()
    {
        var now = new FileInfo(File);
        if (!now.Exists || now.Length != Size || now.LastWriteTimeUtc != Written || (Link is not null && LinkTarget.Resolve(Link) != File))
        {
            throw Changed();
        }
    }

    /// <summary>Makes the error of a file that was changed while it was read.</summary>
    public InvalidOperationException Changed(Exception? cause = null) =>
        new($"'{File}' was changed while it was being read. Nothing was registered. Stop what writes to it, or copy it first, and try again.", cause);
}
