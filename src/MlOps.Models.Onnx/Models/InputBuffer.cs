using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The memory that contains the rows of an input for the model.</summary>
internal abstract class InputBuffer<TInput>(OnnxTensor tensor) : IDisposable
{
    /// <summary>Gets the values as an object of ONNX Runtime. It is set by <see cref="Allocate"/>.</summary>
    public OrtValue? Value { get; private set; }

    protected OnnxTensor Tensor { get; } = tensor;

    public void Bind(OrtIoBinding binding) => binding.BindInput(Tensor.Name, Value!);

    /// <summary>Allocates the values for a number of rows, which must not exceed the capacity.</summary>
    public void Allocate(int rows)
    {
        Value?.Dispose();
        Value = null;
        Value = CreateValue(rows);
    }

    /// <summary>Determines the number of values in a row, if the model does not specify it.</summary>
    /// <returns><see langword="true"/> if the number has changed and <see cref="Allocate"/> must be called again; otherwise, <see langword="false"/>.</returns>
    public abstract bool Measure(TInput first);

    public abstract void Write(ReadOnlySpan<TInput> rows);

    public void Dispose() => Value?.Dispose();

    protected abstract OrtValue CreateValue(int rows);
}
