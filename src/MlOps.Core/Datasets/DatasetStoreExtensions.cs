namespace MlOps.Datasets;

/// <summary>Conveniences over <see cref="IDatasetStore"/>.</summary>
public static class DatasetStoreExtensions
{
    /// <summary>Records a file or folder as the dataset's next version.</summary>
    /// <inheritdoc cref="IDatasetStore.SnapshotAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="file">The file or folder on disk.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the snapshot, which then leaves no version.</param>
    public static Task<DatasetVersion> SnapshotAsync(
        this IDatasetStore datasets,
        string dataset,
        string file,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        return datasets.SnapshotAsync(dataset, new DatasetSnapshot { Files = [file] }, progress, cancellationToken);
    }

    /// <summary>Records the content of a stream, as its only file, as the dataset's next version.</summary>
    /// <inheritdoc cref="IDatasetStore.SnapshotAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="content">The content, read from its position to its end; the caller disposes it.</param>
    /// <param name="path">The path it is to have in the dataset, such as <c>flights.csv</c>.</param>
    /// <param name="cancellationToken">Cancels the snapshot, which then leaves no version.</param>
    public static Task<DatasetVersion> SnapshotStreamAsync(
        this IDatasetStore datasets, string dataset, Stream content, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        return datasets.SnapshotAsync(dataset, new DatasetSnapshot { Streams = new Dictionary<string, Stream> { [path] = content } }, null, cancellationToken);
    }

    /// <summary>Sets a tag of a dataset or version.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="key">The tag.</param>
    /// <param name="value">Its value; <see langword="null"/> removes the tag.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the dataset itself.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the call before the change is recorded.</param>
    public static Task<Dataset> TagAsync(
        this IDatasetStore datasets,
        string dataset,
        string key,
        string? value,
        int? version = null,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        var change = new DatasetChange { Version = version, Tags = new Dictionary<string, string?> { [key] = value }, Reason = reason, Actor = actor };
        return datasets.ChangeAsync(dataset, change, cancellationToken);
    }

    /// <summary>Describes a dataset or version.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="description">The description; an empty one removes it.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the dataset itself.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the call before the change is recorded.</param>
    public static Task<Dataset> DescribeAsync(
        this IDatasetStore datasets,
        string dataset,
        string description,
        int? version = null,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        var change = new DatasetChange { Version = version, Description = description, Reason = reason, Actor = actor };
        return datasets.ChangeAsync(dataset, change, cancellationToken);
    }

    /// <summary>Deletes a version; its number is never used again.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="version">Which version.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the call before the change is recorded.</param>
    public static Task<Dataset> DeleteVersionAsync(
        this IDatasetStore datasets,
        DatasetReference version,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        ArgumentNullException.ThrowIfNull(version);
        var change = new DatasetChange { Version = version.Version, Delete = true, Reason = reason, Actor = actor };
        return datasets.ChangeAsync(version.Name, change, cancellationToken);
    }

    /// <summary>Deletes a dataset with all its versions; a later snapshot of that name goes on with their numbers.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the call before the change is recorded.</param>
    public static Task<Dataset> DeleteAsync(
        this IDatasetStore datasets, string dataset, string? reason = null, string? actor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        return datasets.ChangeAsync(dataset, new DatasetChange { Delete = true, Reason = reason, Actor = actor }, cancellationToken);
    }

    /// <summary>Compares two versions of one dataset, or of two.</summary>
    /// <param name="datasets">The store.</param>
    /// <param name="before">The older version.</param>
    /// <param name="after">The newer version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is different in <paramref name="after"/>.</returns>
    /// <exception cref="VersionNotFoundException">One of them is not there.</exception>
    public static async Task<DatasetDiff> DiffAsync(
        this IDatasetStore datasets, DatasetReference before, DatasetReference after, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        var older = await datasets.OpenAsync(before, cancellationToken).ConfigureAwait(false);
        return older.DiffTo(await datasets.OpenAsync(after, cancellationToken).ConfigureAwait(false));
    }
}
