using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Search;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Searches the indexes of experiments for runs.</summary>
/// <param name="experiments">The experiments.</param>
/// <param name="runs">The runs, whose logs provide the full texts.</param>
/// <param name="getIndex">Gets the index of an experiment.</param>
/// <param name="logger">The logger.</param>
internal sealed partial class RunSearch(ExperimentStore experiments, RunRecords runs, Func<string, RunIndex> getIndex, ILogger logger)
{
    /// <summary>The maximum number of logs that are read concurrently for full texts.</summary>
    private const int Parallelism = 4;

    /// <summary>Searches for runs.</summary>
    /// <exception cref="ArgumentException">The query is invalid. The exception is thrown before the enumeration.</exception>
    public IAsyncEnumerable<Run> SearchAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Take ?? 0, nameof(RunQuery.Take));
        return ReadAsync(query, FilterExpression.Parse(query.Filter, RunRow.Schema), CreateSelection(query, query.Take), cancellationToken);
    }

    /// <summary>Searches for a page of runs.</summary>
    /// <exception cref="ArgumentException">The query is invalid.</exception>
    public async Task<RunPage> FindPageAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Take ?? 1, 1, nameof(RunQuery.Take));
        var selection = CreateSelection(query, query.Take + 1L);
        var found = await SelectAsync(query, FilterExpression.Parse(query.Filter, RunRow.Schema), selection, cancellationToken).ConfigureAwait(false);
        var size = Math.Min(found.Count, query.Take ?? found.Count);
        return new RunPage(
            await ReadAsync(found.Take(size), cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false),
            size < found.Count ? RunPageToken.Create(query, found[size - 1].Position) : null);
    }

    private static RunSelection CreateSelection(RunQuery query, long? count) => new(RunOrder.Parse(query.OrderBy), RunPageToken.Read(query), count);

    private async IAsyncEnumerable<Run> ReadAsync(
        RunQuery query, FilterExpression filter, RunSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await SelectAsync(query, filter, selection, cancellationToken).ConfigureAwait(false);
        await foreach (var run in ReadAsync(found, cancellationToken).ConfigureAwait(false))
        {
            yield return run;
        }
    }

    /// <summary>Reads the found runs. The log of a run provides its full texts.</summary>
    private async IAsyncEnumerable<Run> ReadAsync(IEnumerable<RunOrder.Key> found, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var keys in found.Chunk(Parallelism))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = keys.Select(key => key.View.ToRunAsync(
                key.Table, key.Row, (experiment, runId) => ReadFullStateAsync(experiment, runId, cancellationToken)));
            foreach (var run in await Task.WhenAll(read).ConfigureAwait(false))
            {
                if (run is not null)
                {
                    yield return run;
                }
            }
        }
    }

    private async Task<List<RunOrder.Key>> SelectAsync(RunQuery query, FilterExpression filter, RunSelection selection, CancellationToken cancellationToken)
    {
        await foreach (var experiment in ListSearchedAsync(query, cancellationToken).ConfigureAwait(false))
        {
            var view = await getIndex(experiment).RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (view.IsEmpty && query.Experiments.Count > 0)
            {
                await ThrowIfUnknownAsync(experiment, cancellationToken).ConfigureAwait(false);
            }

            var undecided = view.Find(filter, query.Lifecycle, selection);
            var limit = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(undecided, limit, async (run, token) =>
            {
                if (await ReadFullStateAsync(experiment, run.Table.IdOf(run.Row), token).ConfigureAwait(false) is { } fullState)
                {
                    lock (selection)
                    {
                        view.Evaluate(filter, run.Table, run.Row, fullState, selection);
                    }
                }
            }).ConfigureAwait(false);
        }

        return [.. selection.ToOrdered()];
    }

    /// <summary>Reads the state of a run with full texts from its log.</summary>
    /// <returns>The state, or <see langword="null"/> if the log is missing or damaged.</returns>
    private async Task<RunState?> ReadFullStateAsync(string experiment, string runId, CancellationToken cancellationToken)
    {
        try
        {
            using var log = runs.OpenLog(experiment, runId);
            var state = (await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)).State;
            if (state.Exists)
            {
                return state;
            }

            LogNoLog(runId, exception: null);
        }
        catch (Exception exception) when (exception is DocumentFormatException or ArtifactIntegrityException)
        {
            LogNoLog(runId, exception);
        }

        return null;
    }

    private async Task ThrowIfUnknownAsync(string experiment, CancellationToken cancellationToken)
    {
        if (await experiments.FindAsync(experiment, cancellationToken).ConfigureAwait(false) is null)
        {
            var names = await experiments.ListAsync(cancellationToken).Select(static found => found.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
            throw new ExperimentNotFoundException(experiment, names);
        }
    }

    private IAsyncEnumerable<string> ListSearchedAsync(RunQuery query, CancellationToken cancellationToken) => query.Experiments.Count > 0
        ? query.Experiments.Distinct(StringComparer.Ordinal).ToAsyncEnumerable()
        : experiments.ListAsync(cancellationToken).Where(static experiment => !experiment.IsDeleted).Select(static experiment => experiment.Name);

    [LoggerMessage(467, LogLevel.Warning,
        "The log of run '{Run}' is missing or damaged. The search omits the run, because the index contains only the beginnings of its texts. "
        + "Restore the log from a backup of the store.")]
    private partial void LogNoLog(string run, Exception? exception);
}
