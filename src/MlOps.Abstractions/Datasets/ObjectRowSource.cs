using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using MlOps.Providers;

namespace MlOps.Datasets;

/// <summary>Reads the rows of a collection.</summary>
internal sealed class ObjectRowSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(IEnumerable<T> rows) : IRowSource
{
    private const int BatchSize = 1024;

    private readonly RowWriter<T> _writer = new(features: null, rows.FirstOrDefault());

    public IReadOnlyList<RowColumn> Columns => _writer.Columns;

    public IReadOnlyList<string> Warnings => _writer.OtherLengths == 0
        ? _writer.Warnings
        : [
            .. _writer.Warnings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_writer.OtherLengths} arrays have another length than those of the first row. Additional elements were ignored, and absent elements are ")
                + "missing values. Use arrays of one length.",
        ];

    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        var batch = new RowBatch(Columns, BatchSize);
        foreach (var row in rows)
        {
            if (batch.Count == batch.Capacity)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return batch;
                batch.Count = 0;
            }

            _writer.Write(row, batch, batch.Count);
            batch.Count++;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
