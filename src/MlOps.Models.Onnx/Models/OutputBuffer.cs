using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The memory that the model writes an output's rows to.</summary>
internal abstract class OutputBuffer<TOutput>(OnnxTensor tensor) : IDisposable
{
    private OrtValue? _value;

    /// <summary>Gets a value indicating whether the model writes where it is told, which needs a size known before; otherwise its result is fetched by <see cref="Take"/>.</summary>
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

    /// <summary>Fetches the result of a prediction.</summary>
    /// <exception cref="InvalidDataException">It does not have a row for each row given, or rows that fit no property.</exception>
    public abstract void Take(OrtValue value, int rows);

    public abstract void Read(ReadOnlySpan<TOutput> rows);

    public void Dispose() => _value?.Dispose();

    protected abstract OrtValue CreateValue(int rows);

    /// <summary>Requires that a result has a row for each row given, which all properties have a place for.</summary>
    /// <returns>The number of values in a row.</returns>
    protected int RequireShape<T>(IReadOnlyList<long> shape, int rows, RowWriter<TOutput, T>[] writers)
    {
        if (shape.Count == 0 || shape[0] != rows)
        {
            throw new InvalidDataException(
                $"Output '{Tensor.Name}' has the shape [{string.Join(", ", shape)}] for {rows} rows. If it is one for the whole call, give its property [Feature(PerCall = true)].");
        }

        var width = checked((int)shape.Skip(1).Aggregate(1L, static (product, length) => product * length));
        return Array.TrueForAll(writers, writer => writer.Fits(width))
            ? width
            : throw new InvalidDataException($"Output '{Tensor.Name}' has {width} values in a row, which its properties have no place for.");
    }
}
