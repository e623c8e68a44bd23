using System.Diagnostics.Metrics;

namespace MlOps.Benchmarks.Metrics;

/// <summary>Counts delivered and dropped points.</summary>
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

    /// <summary>Waits until a number of points is delivered or dropped.</summary>
    public async Task WaitAsync(long count)
    {
        for (Read(); Delivered + Dropped < count; Read())
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Waits until no more points arrive, so that the queues are empty for the next measurement.</summary>
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
