using System.Diagnostics.Metrics;

namespace MlOps.Benchmarks.Metrics;

/// <summary>Watches how many points the sinks have taken and how many were dropped.</summary>
internal sealed class DeliveredPoints : IDisposable
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(12);

    private readonly MeterListener _listener = new();

    public DeliveredPoints()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is MlOpsDiagnostics.MetricsDelivered or MlOpsDiagnostics.MetricsDropped)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name == MlOpsDiagnostics.MetricsDelivered)
            {
                Delivered = value;
            }
            else
            {
                Dropped += value;
            }
        });
        _listener.Start();
    }

    public long Delivered { get; private set; }

    public long Dropped { get; private set; }

    public void Read()
    {
        Dropped = 0;
        _listener.RecordObservableInstruments();
    }

    /// <summary>Waits until so many points are delivered or dropped.</summary>
    public async Task WaitAsync(long count)
    {
        for (Read(); Delivered + Dropped < count; Read())
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Waits until no more points arrive, so that those who record next find room.</summary>
    public void Settle()
    {
        long before;
        do
        {
            before = Delivered;
            Thread.Sleep(s_quiet);
            Read();
        }
        while (Delivered != before);
    }

    public void Dispose() => _listener.Dispose();
}
