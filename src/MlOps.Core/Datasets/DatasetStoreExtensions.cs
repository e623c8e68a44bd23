namespace MlOps.Datasets;

/// <summary>Extension methods for <see cref="IDatasetStore"/>.</summary>
public static class DatasetStoreExtensions
{
    /// <summary>Records a file or folder as the next version of a dataset.</summary>
    /// <inheritdoc cref="IDatasetStore.SnapshotAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="file">The file or folder on disk.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">Cancels the snapshot. No version is recorded then.</param>
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

    /// <summary>Records the content of a stream as the only file of the next version of a dataset.</summary>
    /// <inheritdoc cref="IDatasetStore.SnapshotAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="content">The content, which is read from its current position to its end. The caller disposes the stream.</param>
    /// <param name="path">The path of the file in the dataset, such as <c>flights.csv</c>.</param>
    /// <param name="cancellationToken">Cancels the snapshot. No version is recorded then.</param>
    public static Task<DatasetVersion> SnapshotStreamAsync(
        this IDatasetStore datasets, string dataset, Stream content, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        var snapshot = new DatasetSnapshot { Streams = new Dictionary<string, Stream> { [path] = content } };
        return datasets.SnapshotAsync(dataset, snapshot, null, cancellationToken);
    }

    /// <summary>Sets or removes a tag of a dataset or a version.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="key">The key of the tag.</param>
    /// <param name="value">The value; <see langword="null"/> removes the tag.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the dataset itself.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
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

    /// <summary>Sets the description of a dataset or a version.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="description">The description. An empty text removes it.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the dataset itself.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
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

    /// <summary>Deletes a version. Its number is not reused.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="version">The version.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
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

    /// <summary>Deletes a dataset with all its versions. A later snapshot with the same name continues their numbers.</summary>
    /// <inheritdoc cref="IDatasetStore.ChangeAsync"/>
    /// <param name="datasets">The store.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<Dataset> DeleteAsync(
        this IDatasetStore datasets, string dataset, string? reason = null, string? actor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        return datasets.ChangeAsync(dataset, new DatasetChange { Delete = true, Reason = reason, Actor = actor }, cancellationToken);
    }

    /// <summary>Compares two versions of a dataset, or of two datasets.</summary>
    /// <param name="datasets">The store.</param>
    /// <param name="before">The older version.</param>
    /// <param name="after">The newer version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The differences of <paramref name="after"/> from <paramref name="before"/>.</returns>
    /// <exception cref="VersionNotFoundException">One of the versions does not exist.</exception>
    public static async Task<DatasetDiff> DiffAsync(
        this IDatasetStore datasets, DatasetReference before, DatasetReference after, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        var older = await datasets.OpenAsync(before, cancellationToken).ConfigureAwait(false);
        return older.DiffTo(await datasets.OpenAsync(after, cancellationToken).ConfigureAwait(false));
    }
}
