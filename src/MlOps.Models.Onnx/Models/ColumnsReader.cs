using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlOps.Models;

/// <summary>Reads a row from separate properties.</summary>
internal sealed class ColumnsReader<TInput, T>(Func<TInput, T>[] columns) : RowReader<TInput, T>
{
    private readonly RowFiller<TInput, T>? _fill = RuntimeFeature.IsDynamicCodeSupported ? RowFillers.TryEmit(columns) : null;

    public override int WidthOf(TInput row) => columns.Length;

    public override void Read(TInput row, Span<T> values)
    {
        var getters = columns;
        if (values.Length < getters.Length)
        {
            throw new ArgumentException($"The row has {getters.Length} values, but the buffer has {values.Length}.", nameof(values));
        }

        if (_fill is { } fill)
        {
            fill(row, ref MemoryMarshal.GetReference(values));
            return;
        }

        for (var i = 0; i < getters.Length; i++)
        {
            values[i] = getters[i](row);
        }
    }
}
