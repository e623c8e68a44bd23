using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Tracking;

/// <summary>Compares the data that a run used with what is in the store, and restores them.</summary>
internal sealed class RecordedDatasets(IDatasetStore datasets)
{
    /// <summary>Finds what is different about the data of a run.</summary>
    public async Task<IReadOnlyList<RunDifference>> CompareAsync(Run run, CancellationToken cancellationToken)
    {
        var differences = new List<RunDifference>();
        foreach (var used in run.Datasets.DistinctBy(static used => (used.Name, used.Version, used.Digest)))
        {
            var dataset = used.Version is null ? null : await datasets.FindAsync(used.Name, cancellationToken).ConfigureAwait(false);
            if (Compare(used, dataset) is { } difference)
            {
                differences.Add(difference);
            }
        }

        return differences;
    }

    /// <summary>Restores the data of a run that are in the store.</summary>
    /// <returns>The folder of each dataset by name; of several versions that of the highest number.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RestoreAsync(Run run, string folder, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var reference in run.Datasets.Select(static used => used.Reference).OfType<DatasetReference>().Distinct().OrderBy(static reference => reference.Version))
        {
            var contents = await datasets.OpenAsync(reference, cancellationToken).ConfigureAwait(false);
            var target = Path.Combine(folder, reference.Name, reference.Version.ToString(CultureInfo.InvariantCulture));
            await contents.RestoreAsync(target, null, cancellationToken).ConfigureAwait(false);
            folders[reference.Name] = target;
        }

        return folders;
    }

    private static RunDifference? Compare(RunDataset used, Dataset? dataset)
    {
        if (used.Reference is not { } reference)
        {
            return new(
                RunDifferenceKind.Data, used.Name, used.Digest ?? "not identified", "not in the store",
                "Nothing here can verify or restore it. Get it from its source, and record it with datasets.SnapshotAsync from now on.");
        }

        var recorded = $"version {reference.Version}{(used.Digest is null ? "" : $" ({used.Digest})")}";
        if (dataset?.Versions.FirstOrDefault(version => version.Number == reference.Version) is not { } version)
        {
            return new(RunDifferenceKind.Data, used.Name, recorded, null, "It was deleted, or this is another store. Open the store that has it, or restore it from a copy.");
        }

        if (used.Digest is not null && used.Digest != version.Digest.ToString())
        {
            return new(
                RunDifferenceKind.Data, used.Name, recorded, $"version {version.Number} ({version.Digest})", "The version of that number has other files: this is another store. Open the one that the run used.");
        }

        return dataset.Newest!.Number == version.Number
            ? null
            : new(RunDifferenceKind.NewerData, used.Name, $"version {version.Number}", $"version {dataset.Newest.Number}", $"datasets.OpenAsync(new DatasetReference(\"{used.Name}\", {version.Number}))");
    }
}
