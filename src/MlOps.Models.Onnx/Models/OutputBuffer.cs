using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The memory that receives the rows of an output from the model.</summary>
internal abstract class OutputBuffer<TOutput>(OnnxTensor tensor) : IDisposable
{
    private OrtValue? _value;

    /// <summary>Gets a value indicating whether the model writes to preallocated memory, which requires a known size.</summary>
    /// <value>If <see langword="false"/>, ONNX Runtime allocates the result, and <see cref="Take"/> copies it.</value>
    public bool IsPreallocated { get; } = tensor is { Width: not null, Type: not FeatureType.String };

    protected OnnxTensor Tensor { get; } = tensor;

    public void Bind(OrtIoBinding binding, int rows)
    {
        if (!IsPreallocated)
        {
            binding.BindOutputToDevice(Tensor.Name, OrtMemoryInfo.DefaultInstance);
            return;
        }

        _value?.Dispose();
        _value = null;
        _value = CreateValue(rows);
        binding.BindOutput(Tensor.Name, _value);
    }

    /// <summary>Copies the result of a prediction.</summary>
    /// <exception cref="InvalidDataException">The number of rows differs from that of the inputs, or the rows do not fit the properties.</exception>
    public abstract void Take(OrtValue value, int rows);

    public abstract void Read(ReadOnlySpan<TOutput> rows);

    public void Dispose() => _value?.Dispose();

    protected abstract OrtValue CreateValue(int rows);

    /// <summary>Validates the shape of a result.</summary>
    /// <returns>The number of values in a row.</returns>
    /// <exception cref="InvalidDataException">The number of rows differs from that of the inputs, or the rows do not fit the properties.</exception>
    protected int RequireShape<T>(IReadOnlyList<long> shape, int rows, RowWriter<TOutput, T>[] writers)
    {
        if (shape.Count == 0 || shape[0] != rows)
        {
            throw new InvalidDataException(
                $"Output '{Tensor.Name}' has the shape [{string.Join(", ", shape)}] for {rows} rows. "
                + "If it is an output of the whole call, mark its property with [Feature(PerCall = true)].");
        }

        var width = checked((int)shape.Skip(1).Aggregate(1L, static (product, length) => product * length));
        return Array.TrueForAll(writers, writer => writer.Fits(width))
            ? width
            : throw new InvalidDataException($"Output '{Tensor.Name}' has {width} values in a row, which do not fit its properties.");
    }
}
