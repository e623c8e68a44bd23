namespace MlOps.Models;

/// <summary>Writes a row to an array property. An existing array of the right length is reused.</summary>
internal sealed class ArrayWriter<TOutput, T, TProperty>(
    Func<TOutput, TProperty[]?> getter, Action<TOutput, TProperty[]> setter, Func<T, TProperty> convert) : RowWriter<TOutput, T>
{
    public override void Write(TOutput output, ReadOnlySpan<T> row)
    {
        var array = getter(output);
        if (array is null || array.Length != row.Length)
        {
            array = new TProperty[row.Length];
            setter(output, array);
        }

        if (array is T[] same)
        {
            row.CopyTo(same);
            return;
        }

        for (var i = 0; i < row.Length; i++)
        {
            array[i] = convert(row[i]);
        }
    }
}
