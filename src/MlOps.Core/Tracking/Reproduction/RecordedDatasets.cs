using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Tracking;

/// <summary>Compares the datasets of a recorded run with the store, and restores them.</summary>
internal sealed class RecordedDatasets(IDatasetStore datasets)
{
    /// <summary>Finds the differences between the recorded datasets and the store.</summary>
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

    /// <summary>Restores the datasets of a run that are in the store.</summary>
    /// <returns>The folder of each dataset by name. If the run used several versions of a dataset, the folder contains the highest
    /// version.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RestoreAsync(Run run, string folder, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        var references = run.Datasets.Select(static used => used.Reference).OfType<DatasetReference>().Distinct();
        foreach (var reference in references.OrderBy(static reference => reference.Version))
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
                "The dataset cannot be verified or restored. Get the dataset from its source, and record future versions with SnapshotAsync.");
        }

        var recorded = $"version {reference.Version}{(used.Digest is null ? "" : $" ({used.Digest})")}";
        if (dataset?.Versions.FirstOrDefault(version => version.Number == reference.Version) is not { } version)
        {
            return new(
                RunDifferenceKind.Data, used.Name, recorded, null,
                "The version was deleted, or this is a different store. Open the store that contains the version, or restore the version from a backup.");
        }

        if (used.Digest is not null && used.Digest != version.Digest.ToString())
        {
            return new(
                RunDifferenceKind.Data, used.Name, recorded, $"version {version.Number} ({version.Digest})",
                "The version with this number has different files, so this is a different store. Open the store that the run used.");
        }

        return dataset.Newest!.Number == version.Number
            ? null
            : new(
                RunDifferenceKind.NewerData, used.Name, $"version {version.Number}", $"version {dataset.Newest.Number}",
                $"datasets.OpenAsync(new DatasetReference(\"{used.Name}\", {version.Number}))");
    }
}
