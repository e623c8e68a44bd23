using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Writes one element of a vector.</summary>
internal sealed class ElementWriter<TOutput, T>(ValueGetter<VBuffer<T>> getter, int index, Action<TOutput, T> set) : OutputWriter<TOutput>
{
    private VBuffer<T> _values;

    public override void Write(TOutput output)
    {
        getter(ref _values);
        set(output, _values.GetItemOrDefault(index));
    }
}
