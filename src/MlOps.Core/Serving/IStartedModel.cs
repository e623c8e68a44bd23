namespace MlOps.Serving;

/// <summary>A served model, for the host that starts it.</summary>
internal interface IStartedModel : IModel
{
    /// <exception cref="MlOpsException">The model is required and cannot be served.</exception>
    Task StartAsync(CancellationToken cancellationToken);
}
