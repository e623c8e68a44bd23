using System.Runtime.CompilerServices;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>The log of one model, and the snapshot that was last read from it.</summary>
internal sealed class ModelLog(IArtifactStore store, string model, RegistryOptions options, TimeProvider timeProvider) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly EventLog<ModelEvent, ModelState> _log = new(
        store,
        FolderOf(model),
        new EventLogSchema<ModelEvent, ModelState>(
            ModelState.Empty,
            (state, document) => Apply(model, state, document),
            RegistryJson.Default.EventDocumentModelEvent,
            RegistryJson.Default.CheckpointDocumentModelState),
        timeProvider,
        Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private volatile Snapshot? _latest;

    /// <summary>Gets the folder of all models.</summary>
    public static ArtifactPath Folder { get; } = ArtifactPath.Parse("models");

    public static ArtifactPath PathOf(string model, long sequence) => EventPath.Of(FolderOf(model), sequence);

    /// <summary>Gets what was last read, if that is younger than an age.</summary>
    public Task<RegisteredModel?>? FindYoungerThan(TimeSpan age) =>
        _latest is { } latest && timeProvider.GetElapsedTime(latest.Timestamp) < age ? latest.Model : null;

    /// <summary>Reads what is new.</summary>
    /// <returns>The model, or <see langword="null"/> if it is deleted or was never there.</returns>
    public async Task<RegisteredModel?> CatchUpAsync(CancellationToken cancellationToken)
    {
        // Taken before the request: what another process records while the request is under way may or may not be in its answer.
        var timestamp = timeProvider.GetTimestamp();
        var snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await Remember(snapshot, timestamp).Model.ConfigureAwait(false);
    }

    /// <summary>Records a fact decided on the newest state.</summary>
    /// <returns>The number of the fact, and the model as it was right after it.</returns>
    public async Task<(long Sequence, RegisteredModel After)> AppendAsync(Func<ModelState, ModelEvent> decide, string actor, CancellationToken cancellationToken)
    {
        var timestamp = timeProvider.GetTimestamp();
        var (_, after) = await _log.AppendAsync(before => decide(before.State), actor, cancellationToken).ConfigureAwait(false);
        Remember(after, timestamp);
        return (after.Sequence, new RegisteredModel(Name, after.State, options));
    }

    /// <summary>Reads the history from its beginning.</summary>
    public async IAsyncEnumerable<ModelEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var recorded in _log.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (document, entry) = (recorded.Document, recorded.Document.Event);
            ThrowIfUnknown(Name, document);
            entry.Sequence = document.Sequence;
            entry.Time = document.Time;
            entry.Actor = document.Actor;
            yield return entry;
        }
    }

    public Task VerifyAsync(CancellationToken cancellationToken) => _log.ReplayAsync(cancellationToken);

    public void Dispose() => _log.Dispose();

    private string Name => model;

    private static ArtifactPath FolderOf(string model) => Folder.Append(model);

    private static ModelState Apply(string model, ModelState state, EventDocument<ModelEvent> document)
    {
        ThrowIfUnknown(model, document);
        try
        {
            return ModelFold.Apply(state, document);
        }
        catch (InvalidDataException exception)
        {
            throw new DocumentFormatException(PathOf(model, document.Sequence), $"{exception.Message} It was altered; restore it from a copy.", exception);
        }
    }

    private static void ThrowIfUnknown(string model, EventDocument<ModelEvent> document)
    {
        if (!Enum.IsDefined(document.Event.Kind))
        {
            throw new DocumentFormatException(
                PathOf(model, document.Sequence), "it is of a kind that this version of MlOps.Core does not know. A newer one wrote it; update MlOps.Core.");
        }
    }

    /// <summary>Keeps the newest snapshot; one that another thread has read meanwhile may be newer.</summary>
    private Snapshot Remember(LogSnapshot<ModelState> read, long timestamp)
    {
        lock (_lock)
        {
            if (_latest is not { } latest || read.Sequence > latest.Sequence)
            {
                var found = read.State.Exists ? new RegisteredModel(model, read.State, options) : null;
                return _latest = new Snapshot(read.Sequence, timestamp, Task.FromResult(found));
            }

            return read.Sequence == latest.Sequence ? _latest = latest with { Timestamp = Math.Max(latest.Timestamp, timestamp) } : latest;
        }
    }

    /// <summary>What was read, and when; the task is made once, so that looking it up again allocates nothing.</summary>
    private sealed record Snapshot(long Sequence, long Timestamp, Task<RegisteredModel?> Model);
}
