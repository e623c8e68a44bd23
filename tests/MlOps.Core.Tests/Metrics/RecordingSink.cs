using System.Collections.Concurrent;

namespace MlOps.Metrics;

/// <summary>A sink that records its points and runs an optional action of the test.</summary>
internal sealed class RecordingSink : IMetricsSink, IDisposable
{
    private readonly ConcurrentQueue<MetricDataPoint> _points = new();
    private readonly ConcurrentQueue<int> _batches = new();

    /// <summary>Gets the action before a batch is recorded.</summary>
    public Func<CancellationToken, Task> OnWrite { get; init; } = static _ => Task.CompletedTask;

    public IReadOnlyList<MetricDataPoint> Points => [.. _points];

    public IReadOnlyList<long?> Steps => [.. _points.Select(static point => point.Step)];

    public IReadOnlyList<int> Batches => [.. _batches];

    public bool IsDisposed { get; private set; }

    public async Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        await OnWrite(cancellationToken);
        foreach (var point in points.ToArray())
        {
            _points.Enqueue(point);
        }

        _batches.Enqueue(points.Length);
    }

    public void Dispose() => IsDisposed = true;
}
