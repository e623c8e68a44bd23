using System.Diagnostics.Metrics;

namespace MlOps.Metrics;

/// <summary>Publishes metrics of the pipeline itself to OpenTelemetry exporters. The sinks of the pipeline do not receive them.</summary>
internal sealed class MetricsInstruments
{
    /// <summary>The attribute value for the sinks of all runs.</summary>
    private const string Runs = "runs";

    public MetricsInstruments(IMeterFactory meters, MetricsPipeline pipeline)
    {
        var meter = meters.Create(MlOpsDiagnostics.MeterName);
        meter.CreateObservableCounter(
            MlOpsDiagnostics.MetricsDelivered, () => Measure(static queue => queue.Delivered), "{point}",
                "The number of points that were delivered to the sink.");
        meter.CreateObservableCounter(MlOpsDiagnostics.MetricsFailures, () => Measure(static queue => queue.Failures), "{call}",
            "The number of failed sink calls.");
        meter.CreateObservableCounter(
            MlOpsDiagnostics.MetricsDropped,
            () => Measure(static queue => queue.Dropped)
                .Append(new Measurement<long>(pipeline.DroppedInRuns, new KeyValuePair<string, object?>(MlOpsDiagnostics.SinkAttribute, Runs)))
                .Append(new Measurement<long>(pipeline.Dropped)),
            "{point}",
            "The number of points that were dropped because the queue of the sink was full or the process ended. "
            + "Without a sink name: recorded after shutdown.");

        IEnumerable<Measurement<long>> Measure(Func<SinkQueue, long> count) =>
            pipeline.Queues.Select(queue => new Measurement<long>(count(queue), new KeyValuePair<string, object?>(MlOpsDiagnostics.SinkAttribute, queue.Name)));
    }
}
