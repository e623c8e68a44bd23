using System.Collections.Concurrent;
using MlOps.Events;

namespace MlOps.Registry;

/// <summary>Caches the latest snapshot of each model that this process has read.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ModelSnapshots(RegistryOptions options, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, Snapshot> _latest = new(StringComparer.Ordinal);

    /// <summary>Finds a snapshot that is younger than a maximum age.</summary>
    public Task<RegisteredModel?>? FindYoungerThan(string model, TimeSpan age) =>
        age > TimeSpan.Zero && _latest.TryGetValue(model, out var latest) && timeProvider.GetElapsedTime(latest.Timestamp) < age ? latest.Model : null;

    /// <summary>Adds a snapshot and returns the latest snapshot, which another thread may have added.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="read">The snapshot of the log.</param>
    /// <param name="timestamp">The time before the log was read.</param>
    public Task<RegisteredModel?> Add(string model, LogSnapshot<ModelState> read, long timestamp) => _latest.AddOrUpdate(
        model,
        static (name, added) => added.Self.Create(name, added.Read, added.Timestamp),
        static (name, latest, added) => added.Read.Sequence > latest.Sequence ? added.Self.Create(name, added.Read, added.Timestamp)
            : added.Read.Sequence == latest.Sequence && added.Timestamp > latest.Timestamp ? latest with { Timestamp = added.Timestamp }
            : latest,
        (Self: this, Read: read, Timestamp: timestamp)).Model;

    private Snapshot Create(string model, LogSnapshot<ModelState> read, long timestamp) =>
        new(read.Sequence, timestamp, Task.FromResult(read.State.Exists ? new RegisteredModel(model, read.State, read.Sequence, options) : null));

    /// <summary>A cached model. The task is created once, so that a lookup does not allocate.</summary>
    private sealed record Snapshot(long Sequence, long Timestamp, Task<RegisteredModel?> Model);
}
