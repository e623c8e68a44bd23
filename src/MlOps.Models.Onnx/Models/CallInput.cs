namespace MlOps.Models;

/// <summary>Reads the tensor of an input from the input object of one call.</summary>
internal abstract class CallInput<TInput>(OnnxTensor tensor)
{
    public string Name => Tensor.Name;

    protected OnnxTensor Tensor { get; } = tensor;

    /// <summary>Reads the tensor.</summary>
    /// <returns>The tensor, or <see langword="null"/> for an optional input without a value.</returns>
    /// <exception cref="ArgumentException">The value does not fit the model.</exception>
    public abstract ModelTensor? Read(TInput row);
}
