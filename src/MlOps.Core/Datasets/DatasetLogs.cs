using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The logs of all datasets in a store, one object each in this process.</summary>
internal sealed class DatasetLogs(IArtifactStore store, TimeProvider timeProvider) : IDisposable
{
    private static readonly string s_lastEvent = string.Create(CultureInfo.InvariantCulture, $"log/{new string('9', 20)}.json");
    private readonly ConcurrentDictionary<string, EventLog<DatasetEvent, DatasetState>> _logs = new(StringComparer.Ordinal);

    /// <summary>Gets the log of a dataset, which may be empty.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public EventLog<DatasetEvent, DatasetState> Of(string dataset)
    {
        var folder = DatasetName.FolderOf(dataset);
        return _logs.GetOrAdd(dataset, _ => new(store, folder, new DatasetFold(dataset, folder).Schema, timeProvider));
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

    /// <summary>Lists the names of all datasets in their order, at one request each however long their logs, those of deleted datasets too.</summary>
    public async IAsyncEnumerable<string> ListNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArtifactPath? after = null;
        var last = "";
        while (await store.ListAsync(DatasetName.Root, after, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var segments = entry.Path.ToString().Split('/');
            var name = segments[1];
            if (segments.Length == 2 || name == last || DatasetName.FindFault(name) is not null)
            {
                after = entry.Path; // somebody else's, or behind the log of the dataset listed last
                continue;
            }

            yield return name;
            last = name;
            after = DatasetName.Root.Append($"{name}/{s_lastEvent}");
        }
    }

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }
    }
}
