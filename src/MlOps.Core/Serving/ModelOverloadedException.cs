namespace MlOps.Serving;

/// <summary>A row was not taken because too many rows wait for a batch already.</summary>
/// <param name="model">The name under which the model is served.</param>
/// <param name="length">The number of rows that may wait.</param>
public sealed class ModelOverloadedException(string model, int length)
    : MlOpsException(
        $"The model '{model}' has {length} rows waiting and takes no more. "
        + $"Send fewer at a time, try again later, or raise MlOps:Models:{model}:MaxQueueLength.")
{
    /// <summary>Gets the name under which the model is served.</summary>
    public string Model { get; } = model;
}
