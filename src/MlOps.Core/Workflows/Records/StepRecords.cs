using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Records;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>The event logs of completed steps in a store, at <c>experiments/&lt;experiment&gt;/steps/&lt;key&gt;/</c>.</summary>
internal sealed class StepRecords(IArtifactStore store, ContentStore content, string actor, TimeProvider timeProvider, ILogger logger)
    : RecordKind<StepEvent, StepState>(store, StepFold.Schema, actor, timeProvider, logger), IRemovableRecords
{
    private const string Steps = "steps";
    private readonly IArtifactStore _store = store;

    /// <inheritdoc/>
    public override string Kind => Steps;

    /// <inheritdoc/>
    /// <remarks>A step whose outputs are missing runs again.</remarks>
    public override bool IsReproducible => true;

    /// <summary>Opens the log of the step with a key. The caller disposes the log.</summary>
    public RecordLog<StepEvent, StepState> OpenLog(string experiment, Sha256Digest key) => OpenLog(FolderOf(experiment).Append(key.ToString()));

    /// <inheritdoc/>
    public override bool Owns(ArtifactPath folder) =>
        folder.IsBelow(TrackingPaths.Experiments) && folder.ToString().Split('/') is [_, _, Steps, var key] && Sha256Digest.TryParse(key, out _);

    /// <summary>Reads the histories of all steps of an experiment, each from its first event.</summary>
    public async IAsyncEnumerable<StepEvent> ReadHistoryAsync(string experiment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var folder in ListFoldersAsync(experiment, cancellationToken).ConfigureAwait(false))
        {
            using var log = OpenLog(folder);
            await foreach (var entry in log.ReadHistoryAsync(cancellationToken).ConfigureAwait(false))
            {
                entry.Key = Sha256Digest.Parse(folder.Name);
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(ArtifactPath folder, bool isParentDeleted, string reason, CancellationToken cancellationToken)
    {
        using var log = OpenLog(folder);
        await log.AppendAsync(_ => new StepEvent { Kind = StepEventKind.Forgotten, Reason = reason }, DefaultActor, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public Task<bool> RetireAsync(ArtifactPath folder, string reason, CancellationToken cancellationToken) =>
        RemoveAsync(folder, isParentDeleted: false, reason, cancellationToken);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ArtifactPath> ListFoldersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var experiment in RecordFolders.ListNamesAsync(_store, TrackingPaths.Experiments, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var folder in ListFoldersAsync(experiment, cancellationToken).ConfigureAwait(false))
            {
                yield return folder;
            }
        }
    }

    /// <inheritdoc/>
    protected override string Describe(ArtifactPath folder) => folder.ToString().Split('/') is [_, var experiment, _, var key]
        ? $"step {key[..12]}… of experiment '{experiment}'"
        : folder.ToString();

    /// <inheritdoc/>
    protected override IEnumerable<ContentReference> GetReferences(string owner, StepState state) => state.Completed is { } completed
        ? [new ContentReference(completed.Manifest!.Value, $"{owner} ('{completed.Step}')", token => ReadFilesAsync(completed.Manifest.Value, token))]
        : [];

    /// <inheritdoc/>
    protected override RecordAge? GetAge(ArtifactPath folder, StepState state) => state.Completed is { } completed
        ? new RecordAge(completed.Time, $"{folder.ToString().Split('/')[1]}/{completed.Workflow}/{completed.Step}")
        : null;

    private static ArtifactPath FolderOf(string experiment) => TrackingPaths.Experiment(experiment).Append(Steps);

    private IAsyncEnumerable<ArtifactPath> ListFoldersAsync(string experiment, CancellationToken cancellationToken)
    {
        var folder = FolderOf(experiment);
        return RecordFolders.ListNamesAsync(_store, folder, cancellationToken)
            .Where(static key => Sha256Digest.TryParse(key, out _))
            .Select(key => folder.Append(key));
    }

    private async Task<IReadOnlyList<Sha256Digest>> ReadFilesAsync(Sha256Digest manifest, CancellationToken cancellationToken) =>
        [.. (await StepManifest.ReadAsync(content, manifest, cancellationToken).ConfigureAwait(false)).Files.Select(static file => file.Sha256)];
}
