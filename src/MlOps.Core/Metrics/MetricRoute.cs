namespace MlOps.Metrics;

/// <summary>The way of a metric's values to one sink.</summary>
/// <param name="queue">The sink's queue.</param>
/// <param name="series">The series as the sink sees it.</param>
/// <param name="sampleRate">Which part of the values it takes.</param>
internal sealed class MetricRoute(SinkQueue queue, MetricSeries series, double sampleRate)
{
    private long _count;

    public void Add(in RecordedValue value)
    {
        if (_count == 0 || Math.Floor(_count * sampleRate) > Math.Floor((_count - 1) * sampleRate))
        {
            queue.Add(value.ToPoint(series));
        }

        _count++;
    }
}
