using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MlOps;
using MlOps.Metrics;

/// <summary>Records points and prints the number of points that the sinks have received, until the process is killed.</summary>
internal static class MetricsWriter
{
    private const int Slice = 10_000;

    public static async Task RecordAsync(IMetricsRecorder recorder, string name, int count)
    {
        var delivered = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == MlOpsDiagnostics.MetricsDelivered)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => delivered[(string)tags[0].Value!] = value);
        listener.Start();

        var metric = recorder.GetMetric(name);
        for (var step = 0; ; step++)
        {
            if (step < count)
            {
                metric.Record(step, step);
            }

            if (step % Slice == 0)
            {
                listener.RecordObservableInstruments();
                foreach (var (sink, points) in delivered)
                {
                    Console.WriteLine($"{sink} {points}");
                }

                await Task.Yield();
            }
        }
    }
}
