namespace MlOps;

/// <summary>The names of the telemetry that this library emits. The names are public API.</summary>
public static class MlOpsDiagnostics
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>, for use with <c>AddSource</c>.</summary>
    public const string ActivitySourceName = "MlOps";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>, for use with <c>AddMeter</c>.</summary>
    public const string MeterName = "MlOps";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that publishes the values recorded with
    /// <see cref="Metrics.IMetricsRecorder"/> if a sink of type <c>Meter</c> is configured. For use with <c>AddMeter</c>.</summary>
    public const string RecordedMeterName = "MlOps.Recorded";

    /// <summary>The histogram of the duration of artifact store operations, in seconds. A read ends when its stream is disposed.</summary>
    public const string ArtifactOperationDuration = "mlops.artifact.operation.duration";

    /// <summary>The counter of the content bytes that are read from and written to artifact stores.</summary>
    public const string ArtifactIo = "mlops.artifact.io";

    /// <summary>The histogram of the time until a model version is ready to serve, in seconds.</summary>
    public const string ModelLoadDuration = "mlops.model.load.duration";

    /// <summary>The histogram of the duration of prediction calls, in seconds.</summary>
    public const string ModelPredictionDuration = "mlops.model.prediction.duration";

    /// <summary>The counter of predicted rows.</summary>
    public const string ModelPredictions = "mlops.model.predictions";

    /// <summary>The gauge of the model version that currently serves predictions.</summary>
    public const string ModelReadyVersion = "mlops.model.ready_version";

    /// <summary>The metric and span attribute with the name of the served model.</summary>
    public const string ModelAttribute = "mlops.model";

    /// <summary>The metric attribute with the outcome of a row: <c>answered</c>, <c>rejected</c> or <c>failed</c>.</summary>
    public const string OutcomeAttribute = "mlops.outcome";

    /// <summary>The span attribute with the number of the model version.</summary>
    public const string ModelVersionAttribute = "mlops.model.version";

    /// <summary>The counter of input values that violate the schema of their model.</summary>
    public const string ModelInputViolations = "mlops.model.input.violations";

    /// <summary>The counter of exceptions of observers of predictions.</summary>
    public const string ModelObserverFailures = "mlops.model.observer.failures";

    /// <summary>The counter of predictions that the monitoring did not profile and log, because the memory for waiting rows was used up.</summary>
    public const string MonitoringDropped = "mlops.monitoring.dropped";

    /// <summary>The metric attribute with the name of the feature that a value violates.</summary>
    public const string FeatureAttribute = "mlops.feature";

    /// <summary>The metric attribute with the violated rule in lowercase, such as <c>maximum</c>.</summary>
    public const string RuleAttribute = "mlops.rule";

    /// <summary>The metric attribute with the policy that was applied to a violation, in lowercase, such as <c>reject</c>.</summary>
    public const string PolicyAttribute = "mlops.policy";

    /// <summary>The counter of points that were delivered to metrics sinks.</summary>
    public const string MetricsDelivered = MetricsPrefix + "delivered";

    /// <summary>The counter of failed deliveries to metrics sinks. The points stay in the queue and the delivery is retried.</summary>
    public const string MetricsFailures = MetricsPrefix + "failures";

    /// <summary>The counter of dropped points.</summary>
    public const string MetricsDropped = MetricsPrefix + "dropped";

    /// <summary>The metric attribute with the name of the metrics sink in the settings.</summary>
    public const string SinkAttribute = "mlops.sink";

    /// <summary>The prefix of the instruments that describe the metrics pipeline itself. The pipeline does not record them.</summary>
    internal const string MetricsPrefix = "mlops.metrics.";

    /// <summary>The metric and span attribute with the key of the store, such as <c>S3</c>.</summary>
    public const string StoreAttribute = "mlops.store";

    /// <summary>The metric and span attribute with the operation: <c>find</c>, <c>read</c>, <c>write</c>, <c>delete</c> or
    /// <c>list</c>.</summary>
    public const string OperationAttribute = "mlops.operation";

    /// <summary>The metric attribute with the direction of a transfer: <c>read</c> or <c>write</c>.</summary>
    public const string DirectionAttribute = "mlops.io.direction";

    /// <summary>The span attribute with the path of the artifact.</summary>
    public const string PathAttribute = "mlops.artifact.path";

    /// <summary>The metric and span attribute with the type of the exception of a failed operation, as defined by OpenTelemetry.</summary>
    public const string ErrorTypeAttribute = "error.type";
}
