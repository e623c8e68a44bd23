using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Keeps datasets in an artifact store: bytes as content, versions as facts of a log for each dataset.</summary>
internal sealed partial class DatasetStore(
    ContentStore content, DatasetLogs logs, DatasetManifests manifests, TableProfiler profiler, ILogger<DatasetStore> logger) : IDatasetStore
{
    /// <inheritdoc/>
    public async Task<DatasetVersion> SnapshotAsync(
        string dataset, DatasetSnapshot snapshot, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        DatasetInput.ThrowIfInvalid(snapshot);
        var write = await content.BeginWriteAsync(cancellationToken).ConfigureAwait(false); // before the parent is read, so that nothing of it is deleted meanwhile
        var state = (await logs.Of(dataset).CatchUpAsync(cancellationToken).ConfigureAwait(false)).State;
        var parent = FindParent(dataset, state, snapshot.Parent);
        var earlier = parent is null ? null : await TryReadManifestAsync(parent, cancellationToken).ConfigureAwait(false);
        using var spooled = await SpooledStreams.ReadAsync(snapshot.Streams, cancellationToken).ConfigureAwait(false);
        var sources = SourceFile.FindAll([.. snapshot.Files, .. spooled.Folders]);
        DatasetInput.ThrowIfUnfit(sources, snapshot);

        var known = snapshot.AllowUnchanged ? null : earlier?.Files.Select(static file => file.Sha256).ToHashSet();
        var files = await write.AddFilesAsync(sources, known, progress, cancellationToken).ConfigureAwait(false);
        var digest = DatasetManifest.DigestOf(files);
        if (!snapshot.AllowUnchanged && state.Newest?.Digest == digest)
        {
            LogUnchanged(state.Newest.Reference);
            return state.Newest;
        }

        var tables = await profiler.ReadAsync(sources, files, earlier, cancellationToken).ConfigureAwait(false);
        sources.ForEach(static source => source.ThrowIfChanged());
        var manifest = new DatasetManifest { Format = StoredDocument.Format, Files = files, Tables = tables };
        var manifestDigest = await write.AddDocumentAsync(manifest, DatasetJson.Default.DatasetManifest, cancellationToken).ConfigureAwait(false);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        return await RecordAsync(dataset, snapshot, CreateEvent(snapshot, files, digest, manifestDigest, parent), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Dataset?> FindAsync(string dataset, CancellationToken cancellationToken = default) =>
        await logs.FindAsync(dataset, cancellationToken).ConfigureAwait(false) is { } state ? new Dataset(dataset, state) : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Dataset> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var name in logs.ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } dataset)
            {
                yield return dataset;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Dataset> ChangeAsync(string dataset, DatasetChange change, CancellationToken cancellationToken = default)
    {
        DatasetInput.ThrowIfInvalid(change);
        if (await logs.FindAsync(dataset, cancellationToken).ConfigureAwait(false) is null)
        {
            throw DatasetState.NoDataset(dataset);
        }

        var changed = new DatasetEvent
        {
            Kind = change.Delete ? DatasetEventKind.Deletion : DatasetEventKind.Change,
            Version = change.Version,
            Tags = change.Tags.Count == 0 ? null : change.Tags,
            Description = change.Description,
            Reason = change.Reason,
        };
        var (recorded, after) = await logs.Of(dataset).AppendAsync(
            before =>
            {
                ThrowIfMissing(dataset, before.State, change.Version);
                return changed;
            },
            change.Actor ?? RecordText.SystemUser,
            cancellationToken).ConfigureAwait(false);
        LogChanged(dataset, changed.Kind, recorded.Document.Sequence, recorded.Document.Actor);
        return new Dataset(dataset, after.State);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DatasetEvent> ReadHistoryAsync(string dataset, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var recorded in logs.Of(dataset).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return recorded.Document.Event.As(recorded.Document.Sequence, recorded.Document.Time, recorded.Document.Actor);
        }
    }

    /// <inheritdoc/>
    public async Task<DatasetContents> OpenAsync(DatasetReference version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var state = await logs.FindAsync(version.Name, cancellationToken).ConfigureAwait(false) ?? throw DatasetState.NoDataset(version.Name);
        var found = state.FindVersion(version.Version) ?? throw state.NoVersion(version.Name, version.Version);
        return new DatasetContents(found, await manifests.ReadAsync(found, cancellationToken).ConfigureAwait(false), content);
    }

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
        DatasetSnapshot snapshot, IReadOnlyList<ContentFile> files, Sha256Digest digest, Sha256Digest manifest, DatasetVersion? parent) => new()
        {
            Kind = DatasetEventKind.Snapshot,
            Digest = digest,
            Manifest = manifest,
            Parent = parent?.Number,
            FileCount = files.Count,
            TotalSize = files.Sum(static file => file.Size),
            Tags = snapshot.Tags.Count == 0 ? null : snapshot.Tags.ToDictionary(static tag => tag.Key, static tag => (string?)tag.Value),
            Description = snapshot.Description,
            Source = snapshot.Source,
        };

    private async Task<DatasetVersion> RecordAsync(string dataset, DatasetSnapshot snapshot, DatasetEvent added, CancellationToken cancellationToken)
    {
        DatasetVersion? same = null;
        try
        {
            var (_, after) = await logs.Of(dataset).AppendAsync(
                before =>
                {
                    same = snapshot.AllowUnchanged || before.State.Newest?.Digest != added.Digest ? null : before.State.Newest;
                    return same is null ? added.For(before.State.LastNumber + 1) : throw new UnchangedException();
                },
                snapshot.Author ?? RecordText.SystemUser,
                cancellationToken).ConfigureAwait(false);
            LogAdded(after.State.Newest!.Reference, after.State.Newest.FileCount, after.State.Newest.TotalSize, after.State.Newest.Author);
            return after.State.Newest;
        }
        catch (UnchangedException)
        {
            LogUnchanged(same!.Reference);
            return same;
        }
    }

    /// <summary>What the parent has only spares work, so a snapshot of sound data does not fail for a parent that is damaged.</summary>
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

    [LoggerMessage(350, LogLevel.Information, "Recorded dataset version '{Version}': {Files} files, {Size} bytes, by '{Author}'.")]
    private partial void LogAdded(DatasetReference version, int files, long size, string author);

    [LoggerMessage(351, LogLevel.Information, "Recorded nothing: the files are those of dataset version '{Version}'.")]
    private partial void LogUnchanged(DatasetReference version);

    [LoggerMessage(352, LogLevel.Information, "Recorded event {Sequence} of dataset '{Dataset}': {Kind}, by '{Actor}'.")]
    private partial void LogChanged(string dataset, DatasetEventKind kind, long sequence, string actor);

    [LoggerMessage(353, LogLevel.Warning, "The list of files of dataset version '{Parent}' cannot be read; its successor is recorded without its help.")]
    private partial void LogParentUnreadable(DatasetReference parent, Exception exception);

    /// <summary>Tells the log that there is nothing to record; never leaves this class.</summary>
    private sealed class UnchangedException : Exception;
}
