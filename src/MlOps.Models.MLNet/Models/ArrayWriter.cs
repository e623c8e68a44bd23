using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Writes a vector to an array. An existing array of the right length is reused.</summary>
internal sealed class ArrayWriter<TOutput, T, TTo>(
    ValueGetter<VBuffer<T>> getter, Func<TOutput, TTo[]?> read, Action<TOutput, TTo[]> set, Func<T, TTo>? convert) : OutputWriter<TOutput>
{
    private VBuffer<T> _values;

    public override void Write(TOutput output)
    {
        getter(ref _values);
        var array = read(output);
        if (array?.Length != _values.Length)
        {
            array = new TTo[_values.Length];
            set(output, array);
        }

        if (convert is null)
        {
            _values.CopyTo((T[])(object)array);
            return;
        }

        for (var i = 0; i < array.Length; i++)
        {
            array[i] = convert(_values.GetItemOrDefault(i));
        }
    }
}
