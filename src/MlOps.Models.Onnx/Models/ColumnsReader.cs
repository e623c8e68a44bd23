namespace MlOps.Models;

/// <summary>Reads a row whose values are properties of their own.</summary>
internal sealed class ColumnsReader<TInput, T>(Func<TInput, T>[] columns) : RowReader<TInput, T>
{
    public override int WidthOf(TInput row) => columns.Length;

    public override void Read(TInput row, Span<T> values)
    {
        var getters = columns;
        if (values.Length < getters.Length)
        {
            throw new ArgumentException($"A row has {getters.Length} values, and there is room for {values.Length}.", nameof(values));
        }

        for (var i = 0; i < getters.Length; i++)
        {
            values[i] = getters[i](row);
        }
    }
}
