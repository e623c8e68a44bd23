using MlOps.Content;

namespace MlOps.Datasets;

/// <summary>The differences between two versions of a dataset: files and, for tables with profiles in both versions, rows and columns.</summary>
/// <remarks>Immutable and thread-safe. Files and tables are in the order of their paths.</remarks>
public sealed class DatasetDiff
{
    internal DatasetDiff(DatasetContents before, DatasetContents after)
    {
        Before = before.Version.Reference;
        After = after.Version.Reference;
        var added = after.Files.Where(file => before.Find(file.Path) is null).ToList();
        var removed = before.Files.Where(file => after.Find(file.Path) is null).ToList();
        Renamed = TakeRenamed(removed, added);
        Added = added;
        Removed = removed;
        Changed =
        [
            .. after.Files.Select(file => (Before: before.Find(file.Path), After: file))
                .Where(static pair =>
                    pair.Before is not null && (pair.Before.Sha256 != pair.After.Sha256 || pair.Before.IsExecutable != pair.After.IsExecutable))
                .Select(static pair => new FileChange(pair.Before!, pair.After)),
        ];
        Tables = [.. CompareTables(before.Tables, after.Tables, Changed)];
    }

    /// <summary>Gets the older version.</summary>
    public DatasetReference Before { get; }

    /// <summary>Gets the newer version.</summary>
    public DatasetReference After { get; }

    /// <summary>Gets the files that exist only in the newer version.</summary>
    public IReadOnlyList<ContentFile> Added { get; }

    /// <summary>Gets the files that exist only in the older version.</summary>
    public IReadOnlyList<ContentFile> Removed { get; }

    /// <summary>Gets the files whose content or executable flag differs.</summary>
    public IReadOnlyList<FileChange> Changed { get; }

    /// <summary>Gets the files with the same content and another path. They are neither in <see cref="Added"/> nor in <see cref="Removed"/>.</summary>
    public IReadOnlyList<FileChange> Renamed { get; }

    /// <summary>Gets the differences of the changed files that have a profile in both versions.</summary>
    public IReadOnlyList<TableDiff> Tables { get; }

    /// <summary>Gets a value indicating whether both versions have the same files.</summary>
    public bool IsEmpty => Added.Count + Removed.Count + Changed.Count + Renamed.Count == 0;

    /// <summary>Formats the differences, with a line for each file and each column.</summary>
    /// <returns>The text. Lines end with a line feed.</returns>
    public override string ToString() => DatasetDiffText.Describe(this);

    private static List<FileChange> TakeRenamed(List<ContentFile> removed, List<ContentFile> added)
    {
        var renamed = new List<FileChange>();
        var byDigest = removed.GroupBy(static file => file.Sha256).ToDictionary(static group => group.Key, static group => new Queue<ContentFile>(group));
        foreach (var file in added)
        {
            if (byDigest.TryGetValue(file.Sha256, out var candidates) && candidates.TryDequeue(out var before))
            {
                renamed.Add(new FileChange(before, file));
            }
        }

        removed.RemoveAll(renamed.Select(static file => file.Before).ToHashSet().Contains);
        added.RemoveAll(renamed.Select(static file => file.After).ToHashSet().Contains);
        return renamed;
    }

    private static IEnumerable<TableDiff> CompareTables(
        IReadOnlyList<DatasetTable> before, IReadOnlyList<DatasetTable> after, IReadOnlyList<FileChange> changed)
    {
        var (old, now) = (ProfilesOf(before), ProfilesOf(after));
        foreach (var file in changed.Where(static file => file.Before.Sha256 != file.After.Sha256))
        {
            if (old.TryGetValue(file.Before.Path, out var earlier) && now.TryGetValue(file.After.Path, out var later))
            {
                yield return new TableDiff(file.After.Path, earlier, later);
            }
        }
    }

    private static Dictionary<string, TableProfile> ProfilesOf(IReadOnlyList<DatasetTable> tables) => tables
        .Where(static table => table.Profile is not null)
        .DistinctBy(static table => table.Path, StringComparer.Ordinal)
        .ToDictionary(static table => table.Path, static table => table.Profile!, StringComparer.Ordinal);
}
