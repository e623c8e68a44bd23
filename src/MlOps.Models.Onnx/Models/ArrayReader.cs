using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Reads a row from an array property.</summary>
internal sealed class ArrayReader<TInput, TProperty, T>(
    FeatureProperty property, Func<TInput, TProperty[]?> getter, Func<TProperty, T> convert) : RowReader<TInput, T>
{
    public override int WidthOf(TInput row) => Get(row).Length;

    public override void Read(TInput row, Span<T> values)
    {
        var array = Get(row);
        if (array.Length != values.Length)
        {
            throw new ArgumentException(
                $"{property} has {array.Length} values, but each row of the batch requires {values.Length}. Set it to an array of {values.Length} values.",
                nameof(row));
        }

        if (array is T[] same)
        {
            same.CopyTo(values);
            return;
        }

        for (var i = 0; i < array.Length; i++)
        {
            values[i] = convert(array[i]);
        }
    }

    private TProperty[] Get(TInput row) =>
        getter(row) ?? throw new ArgumentException($"{property} is null, but the model requires an array. Set it to an array.", nameof(row));
}
