using System.Collections.Concurrent;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>The objects of one window in the store.</summary>
internal sealed class WindowFolder
{
    private const int Parallelism = 8;
    private const int MaxAttempts = 10;

    /// <summary>Gets the objects to merge, in the order of their names. Objects that a merged object contains are not included.</summary>
    public required IReadOnlyList<(ArtifactPath Path, WindowContent Content)> Objects { get; init; }

    /// <summary>Gets the objects that a merged object contains.</summary>
    public required IReadOnlyList<ArtifactPath> Contained { get; init; }

    /// <summary>Gets the greatest generation of a merged object, readable or not; 0 if there is none.</summary>
    public required int Generation { get; init; }

    /// <summary>Gets the faults of objects that were skipped.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>Reads the objects of a window.</summary>
    /// <remarks>If an object is merged into another during the read, the window is read again, so that its predictions are counted once.</remarks>
    public static async Task<WindowFolder> ReadAsync(IArtifactStore store, ArtifactPath folder, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(store, folder, cancellationToken).ConfigureAwait(false);
            }
            catch (ArtifactNotFoundException) when (attempt < MaxAttempts)
            {
                // Another process has merged the window since it was listed.
            }
        }
    }

    /// <summary>Merges the objects, separately for each set of columns.</summary>
    /// <returns>The contents, and the faults of objects that could not be merged.</returns>
    public (IReadOnlyList<MergedObjects> Contents, IReadOnlyList<string> Faults) Merge()
    {
        var groups = new List<List<(ArtifactPath Path, WindowContent Content)>>();
        foreach (var item in Objects)
        {
            if (groups.Find(group => group[0].Content.HasColumnsOf(item.Content)) is { } same)
            {
                same.Add(item);
            }
            else
            {
                groups.Add([item]);
            }
        }

        var faults = new List<string>();
        return ([.. groups.Select(group => TryMerge(group) ?? MergeEach(group, faults))], faults);
    }

    private static MergedObjects? TryMerge(IReadOnlyList<(ArtifactPath Path, WindowContent Content)> group)
    {
        try
        {
            return new MergedObjects(WindowContent.Merge([.. group.Select(static item => item.Content)]), [.. group.Select(static item => item.Path)]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Merges one object after the other, and skips those that differ from the first, such as objects with the bins of another baseline.</summary>
    private static MergedObjects MergeEach(List<(ArtifactPath Path, WindowContent Content)> group, List<string> faults)
    {
        var merged = new MergedObjects(group[0].Content, [group[0].Path]);
        foreach (var (path, content) in group.Skip(1))
        {
            try
            {
                merged = new MergedObjects(WindowContent.Merge([merged.Content, content]), [.. merged.Paths, path]);
            }
            catch (ArgumentException exception)
            {
                faults.Add($"'{path}' cannot be merged with the other objects of its window, and is skipped: {exception.Message}");
            }
        }

        return merged;
    }

    private static async Task<WindowFolder> ReadOnceAsync(IArtifactStore store, ArtifactPath folder, CancellationToken cancellationToken)
    {
        var paths = new List<ArtifactPath>();
        var faults = new ConcurrentBag<string>();
        await foreach (var entry in store.ListReadableAsync(folder, null, damage => faults.Add(ReadableListing.Describe(damage)), cancellationToken)
            .ConfigureAwait(false))
        {
            if (WindowPaths.TryParse(entry.Path, out _))
            {
                paths.Add(entry.Path);
            }
        }

        var contents = new ConcurrentDictionary<ArtifactPath, WindowContent>();
        await Parallel.ForEachAsync(
            paths,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (path, token) =>
            {
                try
                {
                    contents[path] = await WindowFile.ReadAsync(store, path, token).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is DocumentFormatException or ArtifactIntegrityException)
                {
                    faults.Add($"'{path}' is skipped. {exception.Message}");
                }
            }).ConfigureAwait(false);

        var contained = contents.Values.SelectMany(static content => content.Header.Contains).ToHashSet(StringComparer.Ordinal);
        return new WindowFolder
        {
            Objects = [.. paths.Where(path => contents.ContainsKey(path) && !contained.Contains(path.Name)).Select(path => (path, contents[path]))],
            Contained = [.. paths.Where(path => contained.Contains(path.Name))],
            Generation = paths.Max(static path => WindowPaths.FindGeneration(path.Name)) ?? 0,
            Faults = [.. faults.Order(StringComparer.Ordinal)],
        };
    }
}
