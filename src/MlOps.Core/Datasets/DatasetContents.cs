using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The files of one version: listed here, read from the store when they are asked for.</summary>
/// <remarks>Immutable and thread-safe. Nothing to dispose.</remarks>
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

    /// <summary>Gets the files, in the order of their paths' UTF-8 bytes.</summary>
    public IReadOnlyList<ContentFile> Files { get; }

    /// <summary>Gets what was recorded of files that are tables, in the same order.</summary>
    /// <value>
    /// Empty if no <see cref="ITableReader"/> was registered when the snapshot was taken. There is room for 64 MiB of profiles; the tables after those that fit are left out.
    /// </value>
    public IReadOnlyList<DatasetTable> Tables { get; }

    /// <summary>Writes the files to a folder, several at a time, each verified before it appears there.</summary>
    /// <param name="folder">The folder on disk; created if it is not there. Files of the same paths are replaced, and what else is in it stays.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer; files finished by then stay.</param>
    /// <returns>A task that ends when all files are there.</returns>
    /// <exception cref="ArtifactIntegrityException">A file's bytes in the store are not those that were recorded.</exception>
    /// <exception cref="ArtifactNotFoundException">A file's bytes are not in the store.</exception>
    public Task RestoreAsync(string folder, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        return _content.RestoreAsync(Files, folder, progress, cancellationToken);
    }

    /// <summary>Opens one file for reading, which is verified on the way: the read that would deliver its last byte fails if the bytes are wrong.</summary>
    /// <param name="path">The file's path in the dataset.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <returns>The file's bytes, forward only; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The version has no such file.</exception>
    /// <exception cref="ArtifactIntegrityException">The bytes in the store are not those that were recorded.</exception>
    /// <exception cref="ArtifactNotFoundException">The bytes are not in the store.</exception>
    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = Find(path) ?? throw new ArgumentException($"{Version.Reference} has no file '{path}'. Files lists those it has.", nameof(path));
        return (await _content.OpenReadAsync(file.Sha256, cancellationToken).ConfigureAwait(false)).Stream;
    }

    /// <summary>Compares a folder on disk with this version, hashing every file of equal size, several at a time.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="links">The treatment of symbolic links, as of the snapshot.</param>
    /// <param name="ignore">Patterns of files and folders that are left out, as of the snapshot.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    /// <returns>What is different in names and bytes.</returns>
    /// <exception cref="ArgumentException">There is no such folder, or a file in it could be in no dataset: its name, a link, or a pipe.</exception>
    public async Task<FolderStatus> CompareAsync(
        string folder, SymbolicLinks links = SymbolicLinks.Refuse, IReadOnlyList<string>? ignore = null, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder))
        {
            throw new ArgumentException($"There is no folder '{folder}'. Give one that is there.", nameof(folder));
        }

        var found = SourceFile.FindAll([folder], new SourceSelection(links, ignore ?? []));
        var differs = new bool[found.Count];
        await Parallel.ForAsync(0, found.Count, ContentStore.InParallel(cancellationToken), async (i, token) =>
            differs[i] = Find(found[i].Path) is { } file && await DiffersAsync(found[i], file, token).ConfigureAwait(false)).ConfigureAwait(false);

        var there = found.Select(static source => source.Path).ToHashSet(StringComparer.Ordinal);
        var added = found.Where(source => Find(source.Path) is null).Select(static source => source.Path).ToArray();
        var changed = found.Where((_, i) => differs[i]).Select(static source => source.Path).ToArray();
        return new FolderStatus
        {
            Added = added,
            Removed = [.. Files.Where(file => !there.Contains(file.Path)).Select(static file => file.Path)],
            Changed = changed,
            UnchangedCount = found.Count - added.Length - changed.Length,
        };
    }

    /// <summary>Compares this version with another, by what was recorded of both: nothing is read from the store.</summary>
    /// <param name="newer">The version to compare with, of the same dataset or another.</param>
    /// <returns>What is different in <paramref name="newer"/>.</returns>
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
