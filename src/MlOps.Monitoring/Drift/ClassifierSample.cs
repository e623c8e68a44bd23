using MlOps.Datasets;

namespace MlOps.Monitoring.Drift;

/// <summary>A random sample of reference and current rows with the same columns.</summary>
/// <remarks>Reservoir sampling (algorithm R of Vitter, https://doi.org/10.1145/3147.3165) with a fixed seed: every row has the same chance.</remarks>
internal sealed class ClassifierSample
{
    private ClassifierSample(RowBatch rows, bool[] isCurrent) => (Rows, IsCurrent) = (rows, isCurrent);

    public RowBatch Rows { get; }

    public bool[] IsCurrent { get; }

    /// <exception cref="ArgumentException">The sources have different columns.</exception>
    public static async Task<ClassifierSample> ReadAsync(
        IRowSource reference, IRowSource current, int maxRows, int seed, CancellationToken cancellationToken)
    {
        var names = reference.Columns.Select(static column => (column.Name, column.IsText)).ToHashSet();
        if (!names.SetEquals(current.Columns.Select(static column => (column.Name, column.IsText))))
        {
            var (missing, added) = (Names(reference.Columns, current.Columns), Names(current.Columns, reference.Columns));
            throw new ArgumentException(
                $"The reference and the current rows have different columns. Only the reference has {missing}, and only the current rows have {added}. "
                + "Select the same columns of both, with the same types.",
                nameof(current));
        }

        var rows = new RowBatch(reference.Columns, 2 * maxRows);
        var random = new Random(seed);
        var before = await FillAsync(rows, reference, 0, maxRows, random, cancellationToken).ConfigureAwait(false);
        var after = await FillAsync(rows, current, before, maxRows, random, cancellationToken).ConfigureAwait(false);
        rows.Count = before + after;
        return new ClassifierSample(rows, [.. Enumerable.Range(0, rows.Count).Select(row => row >= before)]);
    }

    private static string Names(IReadOnlyList<RowColumn> columns, IReadOnlyList<RowColumn> others)
    {
        var names = columns.Where(column => !others.Any(other => other.Name == column.Name && other.IsText == column.IsText))
            .Select(static column => $"'{column.Name}' ({(column.IsText ? "text" : "number")})").ToList();
        return names.Count == 0 ? "no other column" : string.Join(", ", names);
    }

    private static async Task<int> FillAsync(
        RowBatch rows, IRowSource source, int first, int maxRows, Random random, CancellationToken cancellationToken)
    {
        long seen = 0;
        int[] order = [.. rows.Columns.Select(column => source.Columns.Select(static other => other.Name).ToList().IndexOf(column.Name))];
        await foreach (var batch in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                var slot = seen < maxRows ? seen : random.NextInt64(seen + 1);
                seen++;
                if (slot < maxRows)
                {
                    Copy(batch, row, rows, first + (int)slot, order);
                }
            }
        }

        return (int)Math.Min(seen, maxRows);
    }

    private static void Copy(RowBatch source, int row, RowBatch target, int slot, int[] order)
    {
        for (var column = 0; column < order.Length; column++)
        {
            if (target.Columns[column].IsText)
            {
                target.Texts(column)[slot] = source.Texts(order[column])[row];
            }
            else
            {
                target.Numbers(column)[slot] = source.Numbers(order[column])[row];
            }
        }
    }
}
