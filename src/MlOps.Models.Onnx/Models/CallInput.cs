namespace MlOps.Models;

/// <summary>Reads the tensor of an input from the object of one call.</summary>
internal abstract class CallInput<TInput>(OnnxTensor tensor)
{
    public string Name => Tensor.Name;

    protected OnnxTensor Tensor { get; } = tensor;

    /// <summary>Reads the tensor.</summary>
    /// <returns>The tensor; <see langword="null"/> for an optional input that is not given.</returns>
    /// <exception cref="ArgumentException">The value cannot be given to the model.</exception>
    public abstract ModelTensor? Read(TInput row);
}
