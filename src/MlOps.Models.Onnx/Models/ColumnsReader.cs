using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlOps.Models;

/// <summary>Reads a row whose values are properties of their own.</summary>
internal sealed class ColumnsReader<TInput, T>(Func<TInput, T>[] columns) : RowReader<TInput, T>
{
    private readonly RowFiller<TInput, T>? _fill = RuntimeFeature.IsDynamicCodeSupported ? RowFillers.TryEmit(columns) : null;

    public override int WidthOf(TInput row) => columns.Length;

    public override void Read(TInput row, Span<T> values)
    {
        var getters = columns;
        if (values.Length < getters.Length)
        {
            throw new ArgumentException($"A row has {getters.Length} values, and there is room for {values.Length}.", nameof(values));
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
