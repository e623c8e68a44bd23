namespace MlOps.Serving;

/// <summary>The exception that is thrown when a model cannot predict because no version is loaded.</summary>
/// <param name="model">The name of the served model.</param>
/// <param name="fault">The reason and the remedy, as sentences.</param>
/// <param name="innerException">The failure of the last load, if it failed.</param>
public sealed class ModelNotReadyException(string model, string fault, Exception? innerException = null)
    : MlOpsException($"The model '{model}' is not ready: {fault}", innerException)
{
    /// <summary>Gets the name of the served model.</summary>
    public string Model { get; } = model;
}
