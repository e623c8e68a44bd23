using MlOps.Datasets;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Checks that the datasets of a lineage are in the store of the registry.</summary>
internal static class LineageValidation
{
    private const int MaxRead = 100;
    private const int MaxListed = 10;

    private const string Remedy =
        "The datasets in Lineage.Datasets, and the datasets of a run that have a version, must be in the store of the registry. Correct the name or the "
        + "version, or record the dataset first. Describe data that is elsewhere in Lineage.Source or in a parameter, and in a run by a dataset "
        + "without a version.";

    /// <summary>Checks each dataset, which is read once.</summary>
    /// <exception cref="VersionNotFoundException">A dataset or a version does not exist. The message lists the existing ones.</exception>
    public static async Task ThrowIfMissingAsync(ModelLineage lineage, DatasetRecords datasets, CancellationToken cancellationToken)
    {
        foreach (var versions in lineage.Datasets.GroupBy(static dataset => dataset.Name, static dataset => dataset.Version, StringComparer.Ordinal))
        {
            if ((await datasets.FindAsync(versions.Key, cancellationToken).ConfigureAwait(false))?.State is not { IsDeleted: false } state)
            {
                throw await DescribeMissingAsync(versions.Key, datasets, cancellationToken).ConfigureAwait(false);
            }

            foreach (var number in versions.Where(number => state.FindVersion(number) is null))
            {
                throw state.NoVersion(versions.Key, number, Remedy);
            }
        }
    }

    private static async Task<VersionNotFoundException> DescribeMissingAsync(string dataset, DatasetRecords datasets, CancellationToken cancellationToken)
    {
        var names = await datasets.ListAsync(cancellationToken).Where(static listed => !listed.Snapshot.State.IsDeleted).Select(static listed => listed.Name)
            .Take(MaxRead).ToListAsync(cancellationToken).ConfigureAwait(false);
        var listed = string.Join(", ", names.Take(MaxListed).Select(static name => $"'{RecordText.Shorten(name)}'"));
        var others = names.Count == 0 ? "The store has no datasets. " : $"The store has {listed}{(names.Count > MaxListed ? " and others" : "")}. ";
        return new VersionNotFoundException("dataset", dataset, version: null, $"{NearestName.Suggest(dataset, names)}{others}{Remedy}");
    }
}
