using System.Diagnostics.Metrics;

namespace MlOps.Metrics;

/// <summary>What the pipeline says of itself, to exporters of OpenTelemetry and not to its own sinks.</summary>
internal sealed class MetricsInstruments
{
    /// <summary>The name of the sinks of all runs.</summary>
    private const string Runs = "runs";

    public MetricsInstruments(IMeterFactory meters, MetricsPipeline pipeline)
    {
        var meter = meters.Create(MlOpsDiagnostics.MeterName);
        meter.CreateObservableCounter(
            MlOpsDiagnostics.MetricsDelivered, () => Measure(static queue => queue.Delivered), "{point}", "Points that sinks have taken.");
        meter.CreateObservableCounter(MlOpsDiagnostics.MetricsFailures, () => Measure(static queue => queue.Failures), "{call}", "Calls of sinks that failed.");
        meter.CreateObservableCounter(
            MlOpsDiagnostics.MetricsDropped,
            () => Measure(static queue => queue.Dropped)
                .Append(new Measurement<long>(pipeline.DroppedInScopes, new KeyValuePair<string, object?>(MlOpsDiagnostics.SinkAttribute, Runs)))
                .Append(new Measurement<long>(pipeline.Dropped)),
            "{point}",
            "Points that were dropped because a sink's queue was full or the process ended; without a sink's name, because they were recorded after the end.");

        IEnumerable<Measurement<long>> Measure(Func<SinkQueue, long> count) =>
            pipeline.Queues.Select(queue => new Measurement<long>(count(queue), new KeyValuePair<string, object?>(MlOpsDiagnostics.SinkAttribute, queue.Name)));
    }
}
