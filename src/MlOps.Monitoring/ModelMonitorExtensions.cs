using System.Diagnostics.CodeAnalysis;
using MlOps.Monitoring.Predictions;

namespace MlOps.Monitoring;

/// <summary>Extension methods that record single outcomes.</summary>
[SuppressMessage("ApiDesign", "RS0026:Do not add multiple public overloads with optional parameters", Justification = "A required parameter differs.")]
public static class ModelMonitorExtensions
{
    /// <summary>Records the outcome of a prediction as a text, such as a class.</summary>
    /// <inheritdoc cref="IModelMonitor.RecordOutcomeAsync"/>
    /// <param name="monitor">The monitor.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="predictionId">The identifier of the prediction.</param>
    /// <param name="actual">The actual text.</param>
    /// <param name="cancellationToken">Cancels the wait. The outcome may be recorded nevertheless.</param>
    public static Task RecordOutcomeAsync(
        this IModelMonitor monitor, string model, Guid predictionId, string actual, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        return monitor.RecordOutcomeAsync(model, new Outcome(predictionId, actual), cancellationToken);
    }

    /// <summary>Records the outcome of a prediction as a number, such as a price.</summary>
    /// <inheritdoc cref="IModelMonitor.RecordOutcomeAsync"/>
    /// <param name="monitor">The monitor.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="predictionId">The identifier of the prediction.</param>
    /// <param name="actual">The actual number, which is finite.</param>
    /// <param name="cancellationToken">Cancels the wait. The outcome may be recorded nevertheless.</param>
    public static Task RecordOutcomeAsync(
        this IModelMonitor monitor, string model, Guid predictionId, double actual, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        return monitor.RecordOutcomeAsync(model, new Outcome(predictionId, actual), cancellationToken);
    }
}
