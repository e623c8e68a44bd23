namespace MlOps.Serving;

/// <summary>The exception that is thrown when a row is rejected because the queue for batches is full.</summary>
/// <param name="model">The name of the served model.</param>
/// <param name="length">The maximum number of queued rows.</param>
public sealed class ModelOverloadedException(string model, int length)
    : MlOpsException(
        $"The queue of the model '{model}' is full ({length} rows). "
        + $"Send fewer rows at a time, retry later, or raise MlOps:Models:{model}:MaxQueueLength.")
{
    /// <summary>Gets the name of the served model.</summary>
    public string Model { get; } = model;
}
