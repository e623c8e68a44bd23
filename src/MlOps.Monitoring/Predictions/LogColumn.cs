using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace MlOps.Monitoring.Predictions;

/// <summary>Collects the values of a Parquet column for one row group.</summary>
internal abstract class LogColumn(DataField field)
{
    protected const int FirstCapacity = 64;

    public DataField Field { get; } = field;

    /// <summary>Writes the values as the next column of a row group, and removes them.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken);
}

/// <summary>Collects the values of a Parquet column for one row group. Missing values take no space.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class LogColumn<T>(DataField field) : LogColumn(field)
    where T : struct
{
    private T[] _values = new T[FirstCapacity];
    private int[] _levels = new int[FirstCapacity];
    private int _count;
    private int _rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T value)
    {
        AddLevel(1);
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, 2 * _count);
        }

        _values[_count++] = value;
    }

    public void AddMissing() => AddLevel(0);

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        // Not ": null", which is an empty array that is converted to a memory.
        var levels = Field.IsNullable ? _levels.AsMemory(0, _rows) : default(ReadOnlyMemory<int>?);
        await group.WriteAllPartsAsync<T>(Field, _values.AsMemory(0, _count), levels, null, cancellationToken).ConfigureAwait(false);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            Array.Clear(_values, 0, _count);
        }

        (_count, _rows) = (0, 0);
    }

    private void AddLevel(int level)
    {
        if (_rows == _levels.Length)
        {
            Array.Resize(ref _levels, 2 * _rows);
        }

        _levels[_rows++] = level;
    }
}
