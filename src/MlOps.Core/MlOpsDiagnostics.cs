namespace MlOps;

/// <summary>The names of the telemetry this library emits; they are public API.</summary>
public static class MlOpsDiagnostics
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>, for <c>AddSource</c>.</summary>
    public const string ActivitySourceName = "MlOps";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>, for <c>AddMeter</c>.</summary>
    public const string MeterName = "MlOps";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that shows what applications record with <see cref="Metrics.IMetricsRecorder"/>, if a sink of the type <c>Meter</c> is switched on; for <c>AddMeter</c>.</summary>
    public const string RecordedMeterName = "MlOps.Recorded";

    /// <summary>The histogram of how long a call to an artifact store takes, in seconds; for a read, until its stream is disposed.</summary>
    public const string ArtifactOperationDuration = "mlops.artifact.operation.duration";

    /// <summary>The counter of content bytes read from and written to artifact stores.</summary>
    public const string ArtifactIo = "mlops.artifact.io";

    /// <summary>The histogram of how long it takes to make a version of a model ready, in seconds.</summary>
    public const string ModelLoadDuration = "mlops.model.load.duration";

    /// <summary>The histogram of how long a call for predictions takes, in seconds.</summary>
    public const string ModelPredictionDuration = "mlops.model.prediction.duration";

    /// <summary>The counter of rows predicted.</summary>
    public const string ModelPredictions = "mlops.model.predictions";

    /// <summary>The gauge whose value is the number of the version that answers.</summary>
    public const string ModelReadyVersion = "mlops.model.ready_version";

    /// <summary>The metric and span attribute that names a served model.</summary>
    public const string ModelAttribute = "mlops.model";

    /// <summary>The metric attribute that says what became of a row: <c>answered</c>, <c>rejected</c> or <c>failed</c>.</summary>
    public const string OutcomeAttribute = "mlops.outcome";

    /// <summary>The span attribute that holds the number of a model's version.</summary>
    public const string ModelVersionAttribute = "mlops.model.version";

    /// <summary>The counter of values given to models that their schemas do not allow.</summary>
    public const string ModelInputViolations = "mlops.model.input.violations";

    /// <summary>The metric attribute that names the feature of a violation.</summary>
    public const string FeatureAttribute = "mlops.feature";

    /// <summary>The metric attribute that names the rule of a violation in lower case, such as <c>maximum</c>.</summary>
    public const string RuleAttribute = "mlops.rule";

    /// <summary>The metric attribute that says what was done about a violation, in lower case, such as <c>reject</c>.</summary>
    public const string PolicyAttribute = "mlops.policy";

    /// <summary>The counter of points that metrics sinks have taken.</summary>
    public const string MetricsDelivered = MetricsPrefix + "delivered";

    /// <summary>The counter of calls of metrics sinks that failed; the points wait and the sink is called again.</summary>
    public const string MetricsFailures = MetricsPrefix + "failures";

    /// <summary>The counter of points that were dropped.</summary>
    public const string MetricsDropped = MetricsPrefix + "dropped";

    /// <summary>The metric attribute that names a metrics sink as the settings do.</summary>
    public const string SinkAttribute = "mlops.sink";

    /// <summary>What the metrics pipeline says of itself, and does not record.</summary>
    internal const string MetricsPrefix = "mlops.metrics.";

    /// <summary>The metric and span attribute that names the store's key, such as <c>S3</c>.</summary>
    public const string StoreAttribute = "mlops.store";

    /// <summary>The metric and span attribute that names the call: <c>find</c>, <c>read</c>, <c>write</c>, <c>delete</c> or <c>list</c>.</summary>
    public const string OperationAttribute = "mlops.operation";

    /// <summary>The metric attribute that says which way bytes went: <c>read</c> or <c>write</c>.</summary>
    public const string DirectionAttribute = "mlops.io.direction";

    /// <summary>The span attribute that holds the artifact's path.</summary>
    public const string PathAttribute = "mlops.artifact.path";

    /// <summary>The metric and span attribute that names the exception of a call that failed, as OpenTelemetry defines it.</summary>
    public const string ErrorTypeAttribute = "error.type";
}
