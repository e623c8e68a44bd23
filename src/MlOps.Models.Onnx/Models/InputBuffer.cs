using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The memory that an input's rows are written to and the model reads from.</summary>
internal abstract class InputBuffer<TInput>(OnnxTensor tensor) : IDisposable
{
    /// <summary>Gets the values as ONNX Runtime sees them, once <see cref="Allocate"/> was called.</summary>
    public OrtValue? Value { get; private set; }

    protected OnnxTensor Tensor { get; } = tensor;

    public void Bind(OrtIoBinding binding) => binding.BindInput(Tensor.Name, Value!);

    /// <summary>Makes room for a number of rows, no more than the capacity.</summary>
    public void Allocate(int rows)
    {
        Value?.Dispose();
        Value = null;
        Value = CreateValue(rows);
    }

    /// <summary>Looks how many values a row has, where the model does not say.</summary>
    /// <returns>Whether it is another number than before, so that <see cref="Allocate"/> must be called again.</returns>
    public abstract bool Measure(TInput first);

    public abstract void Write(ReadOnlySpan<TInput> rows);

    public void Dispose() => Value?.Dispose();

    protected abstract OrtValue CreateValue(int rows);
}
