using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Stores datasets in an artifact store: files as content, and versions as events in the log of each dataset.</summary>
internal sealed partial class DatasetStore(
    ContentStore content,
    DatasetRecords records,
    DatasetManifestReader manifests,
    TableProfiler profiler,
    IDatasetDependents dependents,
    ILogger<DatasetStore> logger) : IDatasetStore
{
    private const int MaxListed = 10;

    /// <inheritdoc/>
    public async Task<DatasetVersion> SnapshotAsync(
        string dataset, DatasetSnapshot snapshot, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        DatasetRules.ThrowIfInvalid(snapshot);
        // Begin before the parent is read, so that a garbage collection does not delete content of the parent.
        var write = await content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var state = (await records.FindAsync(dataset, cancellationToken).ConfigureAwait(false))?.State ?? DatasetState.Empty;
        var parent = FindParent(dataset, state, snapshot.Parent);
        var earlier = parent is null ? null : await TryReadManifestAsync(parent, cancellationToken).ConfigureAwait(false);
        using var spooled = await SpooledStreams.ReadAsync(snapshot.Streams, cancellationToken).ConfigureAwait(false);
        var sources = SourceFile.FindAll(snapshot.Files, new SourceSelection(snapshot.Links, snapshot.Ignore), spooled.Folders);
        DatasetRules.ThrowIfInvalid(sources, snapshot);

        var known = snapshot.AllowUnchanged ? null : earlier?.Files.Select(static file => file.Sha256).ToHashSet();
        var files = await write.AddFilesAsync(sources, known, progress, cancellationToken).ConfigureAwait(false);
        if (OperatingSystem.IsWindows() && earlier is not null)
        {
            files = DatasetManifest.WithExecutableFlags(files, earlier.Files); // the file systems of Windows have no executable flag
        }

        var digest = DatasetManifest.DigestOf(files);
        var allowSame = snapshot.AllowUnchanged
            || (state.Newest?.Digest == digest
                && await HasOtherExecutablesAsync(state.Newest, files, parent, earlier, cancellationToken).ConfigureAwait(false));
        if (!allowSame && state.Newest?.Digest == digest)
        {
            LogUnchanged(state.Newest.Reference);
            return state.Newest;
        }

        var tables = await profiler.ReadAsync(sources, files, earlier, snapshot.Readers, cancellationToken).ConfigureAwait(false);
        sources.ForEach(static source => source.ThrowIfChanged());
        var manifest = new DatasetManifest { Format = StoredDocument.Format, Files = files, Tables = tables };
        var manifestDigest = await write.AddDocumentAsync(manifest, DatasetJson.Default.DatasetManifest, cancellationToken).ConfigureAwait(false);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        return await RecordAsync(
            dataset,
            snapshot.Actor,
            number => CreateEvent(number, snapshot, files, digest, manifestDigest, parent),
            allowSame ? null : digest,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Dataset?> FindAsync(string dataset, CancellationToken cancellationToken = default) =>
        await FindStateAsync(dataset, cancellationToken).ConfigureAwait(false) is { } state ? new Dataset(dataset, state) : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Dataset> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (name, snapshot) in records.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!snapshot.State.IsDeleted)
            {
                yield return new Dataset(name, snapshot.State);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Dataset> ChangeAsync(string dataset, DatasetChange change, CancellationToken cancellationToken = default)
    {
        DatasetRules.ThrowIfInvalid(change);
        if (await FindStateAsync(dataset, cancellationToken).ConfigureAwait(false) is null)
        {
            throw DatasetState.NoDataset(dataset);
        }

        var dependent = change.Delete
            ? await dependents.ListDependentsAsync(dataset, change.Version, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false)
            : [];
        var changed = new DatasetEvent
        {
            Kind = change.Delete ? DatasetEventKind.Deletion : DatasetEventKind.Change,
            Version = change.Version,
            Tags = change.Tags.Count == 0 ? null : change.Tags,
            Description = change.Description,
            Reason = change.Reason,
        };
        var after = await records.AppendAsync(
            dataset,
            before =>
            {
                ThrowIfMissing(dataset, before, change.Version);
                return changed;
            },
            change.Actor,
            cancellationToken).ConfigureAwait(false);
        LogChanged(dataset, changed.Kind, after.Sequence, change.Actor ?? records.DefaultActor);
        if (dependent.Count > 0)
        {
            var deleted = change.Version is { } number ? new DatasetReference(dataset, number).ToString() : dataset;
            var listed = string.Join(", ", dependent.Take(MaxListed)) + (dependent.Count > MaxListed ? " and others" : "");
            LogDeletedTrainingData(deleted, dependent.Count, listed);
        }

        return new Dataset(dataset, after.State);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string dataset, CancellationToken cancellationToken = default) =>
        records.ReadHistoryAsync(dataset, cancellationToken);

    /// <inheritdoc/>
    public async Task<DatasetContents> OpenAsync(DatasetReference version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var state = await FindStateAsync(version.Name, cancellationToken).ConfigureAwait(false) ?? throw DatasetState.NoDataset(version.Name);
        var found = state.FindVersion(version.Version) ?? throw state.NoVersion(version.Name, version.Version);
        return new DatasetContents(found, await manifests.ReadAsync(found, cancellationToken).ConfigureAwait(false), content);
    }

    private async Task<DatasetState?> FindStateAsync(string dataset, CancellationToken cancellationToken) =>
        (await records.FindAsync(dataset, cancellationToken).ConfigureAwait(false))?.State is { IsDeleted: false } state ? state : null;

    private static DatasetVersion? FindParent(string dataset, DatasetState state, int? number) =>
        number is null ? state.Newest : state.FindVersion(number.Value) ?? throw state.NoVersion(dataset, number.Value);

    private static void ThrowIfMissing(string dataset, DatasetState state, int? version)
    {
        if (state.IsDeleted)
        {
            throw DatasetState.NoDataset(dataset);
        }

        if (version is { } number && state.FindVersion(number) is null)
        {
            throw state.NoVersion(dataset, number);
        }
    }

    private static DatasetEvent CreateEvent(
        int number, DatasetSnapshot snapshot, IReadOnlyList<ContentFile> files, Sha256Digest digest, Sha256Digest manifest, DatasetVersion? parent) => new()
        {
            Kind = DatasetEventKind.Snapshot,
            Version = number,
            Digest = digest,
            Manifest = manifest,
            Parent = parent?.Number,
            FileCount = files.Count,
            TotalSize = files.Sum(static file => file.Size),
            Tags = snapshot.Tags.Count == 0 ? null : snapshot.Tags.ToDictionary(static tag => tag.Key, static tag => (string?)tag.Value),
            Description = snapshot.Description,
            Source = snapshot.Source,
        };

    /// <summary>Determines whether the executable flags, which the digest does not cover, differ from those of the newest version.</summary>
    private async Task<bool> HasOtherExecutablesAsync(
        DatasetVersion newest, IReadOnlyList<ContentFile> files, DatasetVersion? parent, DatasetManifest? earlier, CancellationToken cancellationToken)
    {
        var manifest = newest.Number == parent?.Number ? earlier : await TryReadManifestAsync(newest, cancellationToken).ConfigureAwait(false);
        return manifest?.Files.Where(static file => file.IsExecutable).SequenceEqual(files.Where(static file => file.IsExecutable)) == false;
    }

    /// <summary>Records a version, unless the newest version has the same digest.</summary>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="actor">The actor; <see langword="null"/> for the default actor.</param>
    /// <param name="create">Creates the event of the version with a number.</param>
    /// <param name="digest">The digest to compare with that of the newest version; <see langword="null"/> to record the version in any case.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    private async Task<DatasetVersion> RecordAsync(
        string dataset, string? actor, Func<int, DatasetEvent> create, Sha256Digest? digest, CancellationToken cancellationToken)
    {
        DatasetVersion? same = null;
        try
        {
            var after = await records.AppendAsync(
                dataset,
                before =>
                {
                    same = digest is null || before.Newest?.Digest != digest ? null : before.Newest;
                    return same is null ? create(before.LastNumber + 1) : throw new UnchangedException();
                },
                actor,
                cancellationToken).ConfigureAwait(false);
            LogAdded(after.State.Newest!.Reference, after.State.Newest.FileCount, after.State.Newest.TotalSize, after.State.Newest.Actor);
            return after.State.Newest;
        }
        catch (UnchangedException)
        {
            LogUnchanged(same!.Reference);
            return same;
        }
    }

    /// <summary>Reads the manifest of the parent, if it is readable.</summary>
    /// <remarks>The manifest only saves work. A damaged parent must not prevent a snapshot.</remarks>
    private async Task<DatasetManifest?> TryReadManifestAsync(DatasetVersion parent, CancellationToken cancellationToken)
    {
        try
        {
            return await manifests.ReadAsync(parent, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (exception is ArtifactNotFoundException or ArtifactIntegrityException or DocumentFormatException)
        {
            LogParentUnreadable(parent.Reference, exception);
            return null;
        }
    }

    [LoggerMessage(350, LogLevel.Information, "Recorded dataset version '{Version}': {Files} files, {Size} bytes, by '{Actor}'.")]
    private partial void LogAdded(DatasetReference version, int files, long size, string actor);

    [LoggerMessage(351, LogLevel.Information, "Recorded no dataset version, because the files are the same as those of '{Version}'.")]
    private partial void LogUnchanged(DatasetReference version);

    [LoggerMessage(352, LogLevel.Information, "Recorded event {Sequence} of dataset '{Dataset}': {Kind}, by '{Actor}'.")]
    private partial void LogChanged(string dataset, DatasetEventKind kind, long sequence, string actor);

    [LoggerMessage(353, LogLevel.Warning,
        "The manifest of dataset version '{Parent}' cannot be read. The new version is recorded without it: the store is checked for every file.")]
    private partial void LogParentUnreadable(DatasetReference parent, Exception exception);

    [LoggerMessage(354, LogLevel.Warning,
        "The dataset '{Deleted}' was deleted. Versions of models that were trained on it: {Count} ({Models}). Their lineage now names data that can no longer "
        + "be opened. To keep the data, take a snapshot of the same files.")]
    private partial void LogDeletedTrainingData(string deleted, int count, string models);

    /// <summary>The exception that cancels the append of an unchanged version. It is caught in this class.</summary>
    private sealed class UnchangedException : Exception;
}
