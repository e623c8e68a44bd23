namespace MlOps.Serving;

/// <summary>A model was asked for a prediction while none of its versions is loaded.</summary>
/// <param name="model">The name under which the model is served.</param>
/// <param name="fault">The reason and the remedy, as sentences.</param>
/// <param name="innerException">The failure of the last load, if it failed.</param>
public sealed class ModelNotReadyException(string model, string fault, Exception? innerException = null)
    : MlOpsException($"The model '{model}' cannot answer yet: {fault}", innerException)
{
    /// <summary>Gets the name under which the model is served.</summary>
    public string Model { get; } = model;
}
