using System.Collections.Concurrent;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The logs of all datasets in a store, one object each in this process.</summary>
internal sealed class DatasetLogs(IArtifactStore store, TimeProvider timeProvider) : IDisposable
{
    private readonly ConcurrentDictionary<string, EventLog<DatasetEvent, DatasetState>> _logs = new(StringComparer.Ordinal);

    /// <summary>Gets the folder of all datasets.</summary>
    public static ArtifactPath Folder { get; } = ArtifactPath.Parse("datasets");

    /// <summary>Gets the log of a dataset, which may be empty.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public EventLog<DatasetEvent, DatasetState> Of(string dataset)
    {
        RecordText.ThrowIfNotRecordName("dataset", dataset);
        var folder = Folder.Append(dataset);
        return _logs.GetOrAdd(dataset, _ => new(store, folder, new DatasetFold(dataset, folder).Schema, timeProvider, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }

    /// <summary>Reads what a dataset is now.</summary>
    /// <returns>Its state, or <see langword="null"/> if there is none or it was deleted.</returns>
    public async Task<DatasetState?> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        var log = Of(dataset);
        var snapshot = await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (snapshot.Sequence == 0)
        {
            // Names that were asked for and never used must not fill the memory. Whoever has the log already may go on with it: logs share nothing but the store.
            _logs.TryRemove(KeyValuePair.Create(dataset, log));
        }

        return snapshot.State.IsDeleted ? null : snapshot.State;
    }

    /// <summary>Lists the names of all datasets, at one request each however long their logs, those of deleted datasets too.</summary>
    public IAsyncEnumerable<string> ListNamesAsync(CancellationToken cancellationToken) => RecordFolders.ListNamesAsync(store, Folder, cancellationToken);

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }
    }
}
