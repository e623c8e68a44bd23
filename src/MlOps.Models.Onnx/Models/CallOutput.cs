namespace MlOps.Models;

/// <summary>Writes the tensor of an output to the output object of one call.</summary>
internal abstract class CallOutput<TOutput>(string name)
{
    public string Name { get; } = name;

    /// <exception cref="InvalidDataException">The number of values does not fit the properties.</exception>
    public abstract void Write(TOutput output, ModelTensor tensor);
}
