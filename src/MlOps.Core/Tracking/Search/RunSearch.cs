using System.Runtime.CompilerServices;
using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Finds runs in the indexes of their experiments.</summary>
/// <param name="experiments">The experiments.</param>
/// <param name="indexOf">Gets the index of an experiment.</param>
internal sealed class RunSearch(ExperimentStore experiments, Func<string, RunIndex> indexOf)
{
    /// <summary>Finds runs and returns them one after the other.</summary>
    /// <exception cref="ArgumentException">The query is not valid. Thrown at once.</exception>
    public IAsyncEnumerable<Run> SearchAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Take ?? 0, nameof(RunQuery.Take));
        return ReadAsync(query, FilterExpression.Parse(query.Filter, RunRow.Schema), CreateSelection(query, query.Take), cancellationToken);
    }

    /// <summary>Finds a page of runs.</summary>
    /// <exception cref="ArgumentException">The query is not valid.</exception>
    public async Task<RunPage> FindPageAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Take ?? 1, 1, nameof(RunQuery.Take));
        var selection = CreateSelection(query, query.Take + 1L);
        var found = await SelectAsync(query, FilterExpression.Parse(query.Filter, RunRow.Schema), selection, cancellationToken).ConfigureAwait(false);
        var size = Math.Min(found.Count, query.Take ?? found.Count);
        return new RunPage
        {
            Runs = [.. found.Take(size).Select(static key => key.ToRun())],
            NextPageToken = size < found.Count ? RunPageToken.Create(query, found[size - 1].Position) : null,
        };
    }

    private static RunSelection CreateSelection(RunQuery query, long? count) => new(RunOrder.Parse(query.OrderBy), RunPageToken.Read(query), count);

    private async IAsyncEnumerable<Run> ReadAsync(
        RunQuery query, FilterExpression filter, RunSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var key in await SelectAsync(query, filter, selection, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return key.ToRun();
        }
    }

    private async Task<List<RunOrder.Key>> SelectAsync(RunQuery query, FilterExpression filter, RunSelection selection, CancellationToken cancellationToken)
    {
        await foreach (var experiment in ListSearchedAsync(query, cancellationToken).ConfigureAwait(false))
        {
            var view = await indexOf(experiment).RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (view.IsEmpty && query.Experiments.Count > 0)
            {
                await ThrowIfUnknownAsync(experiment, cancellationToken).ConfigureAwait(false);
            }

            view.Find(filter, query.Lifecycle, (table, row, subject) => selection.Add(view, table, row, subject));
        }

        return [.. selection.ToOrdered()];
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
}
