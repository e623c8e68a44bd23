using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Writes a vector to a property of the type <see cref="VBuffer{T}"/>.</summary>
internal sealed class BufferWriter<TOutput, T>(
    ValueGetter<VBuffer<T>> getter, Func<TOutput, VBuffer<T>> read, Action<TOutput, VBuffer<T>> set) : OutputWriter<TOutput>
{
    public override void Write(TOutput output)
    {
        var values = read(output);
        getter(ref values);
        set(output, values);
    }
}
