namespace MlOps.Registry;

/// <summary>Extension methods that raise and resolve the alerts of a model.</summary>
/// <remarks>
/// An alert is raised once until it is resolved, by any number of instances: one call records the event, and the others throw a
/// <see cref="VersionConflictException"/>. Releases of MlOps.Core without alerts cannot read a model with such an event; their error message states that an
/// update is required.
/// </remarks>
public static class ModelAlertExtensions
{
    /// <summary>Raises an alert.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="version">The number of the version that the alert is about; <see langword="null"/> for the model.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="VersionConflictException">The alert is active, or was resolved for a period that does not end before this one.</exception>
    public static Task<RegisteredModel> RaiseAlertAsync(
        this IModelRegistry registry,
        string model,
        ModelAlert alert,
        int? version = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ChangeAsync(registry, model, ModelEventKind.AlertRaised, alert, version, actor, cancellationToken);

    /// <summary>Resolves an alert.</summary>
    /// <inheritdoc cref="RaiseAlertAsync"/>
    /// <exception cref="VersionConflictException">The alert is not active, or was raised for a period that does not end before this one.</exception>
    public static Task<RegisteredModel> ResolveAlertAsync(
        this IModelRegistry registry,
        string model,
        ModelAlert alert,
        int? version = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ChangeAsync(registry, model, ModelEventKind.AlertResolved, alert, version, actor, cancellationToken);

    private static Task<RegisteredModel> ChangeAsync(
        IModelRegistry registry, string model, ModelEventKind kind, ModelAlert alert, int? version, string? actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(alert);
        return registry.ChangeAsync(model, new ModelChange { Kind = kind, Alert = alert, Version = version, Actor = actor }, cancellationToken);
    }
}
