using System.Runtime.CompilerServices;

namespace MlOps.Datasets;

/// <summary>Some columns of a source.</summary>
internal sealed class RowSelection(IRowSource source, int[] indexes, RowColumn[] columns) : IRowSource
{
    public IReadOnlyList<RowColumn> Columns => columns;

    public IReadOnlyList<string> Warnings => source.Warnings;

    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (RowBatch? Source, RowBatch? Selected) last = default;
        await foreach (var batch in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (last.Source != batch)
            {
                last = (batch, new RowBatch(columns, batch, indexes));
            }

            last.Selected!.Count = batch.Count;
            yield return last.Selected;
        }
    }

    /// <summary>Finds the indexes of columns, in ascending order.</summary>
    public static int[] Find(IRowSource source, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var found = new SortedSet<int>();
        foreach (var name in names)
        {
            int[] matches = [.. Enumerable.Range(0, source.Columns.Count).Where(index => Matches(source.Columns[index].Name, name))];
            if (matches.Length == 0)
            {
                throw new ArgumentException(
                    $"The rows have no column '{name}', only {string.Join(", ", source.Columns.Select(static column => $"'{column.Name}'"))}. "
                    + "Pass one of these names.",
                    nameof(names));
            }

            found.UnionWith(matches);
        }

        return [.. found];
    }

    private static bool Matches(string column, string name) =>
        column == name
        || (column.EndsWith(']') && column.Length > name.Length && column[name.Length] == '[' && column.StartsWith(name, StringComparison.Ordinal));
}
