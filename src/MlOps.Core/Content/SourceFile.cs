namespace MlOps.Content;

/// <summary>A local file to store, with its attributes at the time of the search.</summary>
/// <param name="Path">The path in the version.</param>
/// <param name="File">The local path, without links.</param>
/// <param name="Size">The size, in bytes.</param>
/// <param name="Written">The time of the last write.</param>
internal sealed record SourceFile(string Path, string File, long Size, DateTime Written)
{
    /// <summary>Gets the path of the link to the file, or <see langword="null"/> if the file was not found through a link.</summary>
    public string? Link { get; init; }

    /// <summary>Gets a value indicating whether the owner may execute the file. Always <see langword="false"/> on Windows.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Finds files, and all files below folders.</summary>
    /// <param name="sources">Local paths. A file has its name as its path in the version; the files of a folder have their paths below the
    /// folder.</param>
    /// <param name="selection">The selection of files; <see langword="null"/> selects all files and no links.</param>
    /// <param name="spooled">Further local paths, to which the selection does not apply.</param>
    /// <exception cref="ArgumentException">A file does not exist, cannot be read, or cannot be stored portably. The message names the
    /// file.</exception>
    public static List<SourceFile> FindAll(IReadOnlyList<string> sources, SourceSelection? selection = null, IReadOnlyList<string>? spooled = null) =>
        SourceFinder.Find(sources, selection ?? SourceSelection.All, spooled ?? []);

    /// <summary>Opens the file for sequential reading.</summary>
    /// <exception cref="InvalidOperationException">The file was removed.</exception>
    /// <exception cref="ArgumentException">The file cannot be read.</exception>
    public FileStream OpenRead()
    {
        try
        {
            return RegularFile.OpenRead(File);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidOperationException(
                $"The file '{File}' was removed while it was read. Nothing was registered. "
                + "Stop the program that removes it, or copy the file first, and try again.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SourceFinder.Unreadable(File, exception);
        }
    }

    /// <summary>Throws if the file has changed since it was found.</summary>
    /// <exception cref="InvalidOperationException">The file has changed.</exception>
    public void ThrowIfChanged()
    {
        var now = new FileInfo(File);
        if (!now.Exists || now.Length != Size || now.LastWriteTimeUtc != Written || (Link is not null && LinkTarget.Resolve(Link) != File))
        {
            throw Changed();
        }
    }

    /// <summary>Creates the exception for a file that changed while it was read.</summary>
    public InvalidOperationException Changed(Exception? cause = null) =>
        new(
            $"The file '{File}' changed while it was read. Nothing was registered. Stop the program that writes to it, or copy the file first, and try again.",
            cause);
}
