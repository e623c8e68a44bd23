using Microsoft.ML;

namespace MlOps.Models;

/// <summary>Writes a single value.</summary>
internal sealed class ScalarWriter<TOutput, T>(ValueGetter<T> getter, Action<TOutput, T> set) : OutputWriter<TOutput>
{
    private T _value = default!;

    public override void Write(TOutput output)
    {
        getter(ref _value);
        set(output, _value);
    }
}
