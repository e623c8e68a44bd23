using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The list of the files of a version. The files are read from the store on request.</summary>
/// <remarks>Immutable and thread-safe. There is nothing to dispose.</remarks>
public sealed class DatasetContents
{
    private readonly ContentStore _content;

    internal DatasetContents(DatasetVersion version, DatasetManifest manifest, ContentStore content)
    {
        _content = content;
        Version = version;
        Files = manifest.Files;
        Tables = manifest.Tables;
    }

    /// <summary>Gets the version.</summary>
    public DatasetVersion Version { get; }

    /// <summary>Gets the files, in the order of the UTF-8 bytes of their paths.</summary>
    public IReadOnlyList<ContentFile> Files { get; }

    /// <summary>Gets the profiles of the tabular files, in the same order.</summary>
    /// <value>
    /// Empty if no <see cref="ITableReader"/> was registered when the snapshot was taken. A version stores at most 64 MiB of profiles; further tables have no
    /// profile.
    /// </value>
    public IReadOnlyList<DatasetTable> Tables { get; }

    /// <summary>Writes the files to a folder, several at a time. Each file is verified before it appears in the folder.</summary>
    /// <param name="folder">The folder on disk, which is created if it does not exist. Files with the same paths are replaced; other files are kept.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer. Completed files are kept.</param>
    /// <returns>A task that completes when all files are written.</returns>
    /// <exception cref="ArtifactIntegrityException">The content of a file in the store does not match its digest.</exception>
    /// <exception cref="ArtifactNotFoundException">The content of a file is not in the store.</exception>
    public Task RestoreAsync(string folder, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        return _content.RestoreAsync(Files, folder, progress, cancellationToken);
    }

    /// <summary>Opens a file for reading. The content is verified while it is read.</summary>
    /// <param name="path">The path of the file in the dataset.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A forward-only stream, which the caller disposes. If the content is damaged, the last read fails.</returns>
    /// <exception cref="ArgumentException">The version has no such file.</exception>
    /// <exception cref="ArtifactIntegrityException">The content in the store does not match its digest.</exception>
    /// <exception cref="ArtifactNotFoundException">The content is not in the store.</exception>
    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = Find(path) ?? throw new ArgumentException($"{Version.Reference} has no file '{path}'. Use a path of {nameof(Files)}.", nameof(path));
        return (await _content.OpenReadAsync(file.Sha256, cancellationToken).ConfigureAwait(false)).Stream;
    }

    /// <summary>Compares a folder on disk with this version. Files of equal size are hashed, several at a time.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="links">The treatment of symbolic links. See <see cref="DatasetSnapshot.Links"/>.</param>
    /// <param name="ignore">The patterns of the files and folders to ignore. See <see cref="DatasetSnapshot.Ignore"/>.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    /// <returns>The differences in paths and content.</returns>
    /// <exception cref="ArgumentException">
    /// The folder does not exist, or it contains a file that cannot be part of a dataset because of its name or because it is a link or a pipe.
    /// </exception>
    public async Task<FolderStatus> CompareAsync(
        string folder, SymbolicLinks links = SymbolicLinks.Refuse, IReadOnlyList<string>? ignore = null, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder))
        {
            throw new ArgumentException($"The folder '{folder}' does not exist. Specify an existing folder.", nameof(folder));
        }

        var found = SourceFile.FindAll([folder], new SourceSelection(links, ignore ?? []));
        var differs = new bool[found.Count];
        await Parallel.ForAsync(0, found.Count, ContentStore.InParallel(cancellationToken), async (i, token) =>
            differs[i] = Find(found[i].Path) is { } file && await DiffersAsync(found[i], file, token).ConfigureAwait(false)).ConfigureAwait(false);

        var present = found.Select(static source => source.Path).ToHashSet(StringComparer.Ordinal);
        var added = found.Where(source => Find(source.Path) is null).Select(static source => source.Path).ToArray();
        var changed = found.Where((_, i) => differs[i]).Select(static source => source.Path).ToArray();
        return new FolderStatus
        {
            Added = added,
            Removed = [.. Files.Where(file => !present.Contains(file.Path)).Select(static file => file.Path)],
            Changed = changed,
            UnchangedCount = found.Count - added.Length - changed.Length,
        };
    }

    /// <summary>Compares this version with another version. Nothing is read from the store.</summary>
    /// <param name="newer">The version to compare with. It may belong to another dataset.</param>
    /// <returns>The differences of <paramref name="newer"/> from this version.</returns>
    public DatasetDiff DiffTo(DatasetContents newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return new DatasetDiff(this, newer);
    }

    internal ContentFile? Find(string path)
    {
        var (low, high) = (0, Files.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (ArtifactPath.TextOrder.Compare(Files[middle].Path, path))
            {
                case 0: return Files[middle];
                case < 0: low = middle + 1; break;
                default: high = middle - 1; break;
            }
        }

        return null;
    }

    private static async Task<bool> DiffersAsync(SourceFile source, ContentFile file, CancellationToken cancellationToken)
    {
        if (source.Size != file.Size)
        {
            return true;
        }

        var content = source.OpenRead();
        await using var _ = content.ConfigureAwait(false);
        return await Sha256Digest.OfAsync(content, cancellationToken).ConfigureAwait(false) != file.Sha256;
    }
}
