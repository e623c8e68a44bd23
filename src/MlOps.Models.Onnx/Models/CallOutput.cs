namespace MlOps.Models;

/// <summary>Writes the tensor of an output to the object of one call.</summary>
internal abstract class CallOutput<TOutput>(string name)
{
    public string Name { get; } = name;

    /// <exception cref="InvalidDataException">The properties have no place for the values.</exception>
    public abstract void Write(TOutput output, ModelTensor tensor);
}
