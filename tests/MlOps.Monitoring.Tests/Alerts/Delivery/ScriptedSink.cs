using System.Collections.Concurrent;
using MlOps.Records;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>A sink that records the events and answers as a test specifies.</summary>
internal sealed class ScriptedSink(string name, Func<RecordEvent, CancellationToken, Task<DeliveryResult>>? answer = null) : IModelEventSink
{
    private readonly ConcurrentQueue<string> _received = new();

    public string Name => name;

    public bool IsGone { get; set; }

    /// <summary>Gets the events of all attempts, such as <c>churn:2</c>.</summary>
    public IReadOnlyList<string> Received => [.. _received];

    public bool Accepts(string model, RecordEvent recordEvent) => recordEvent.Kind != "tagged";

    public Task<DeliveryResult> SendAsync(string model, RecordEvent recordEvent, CancellationToken cancellationToken)
    {
        _received.Enqueue(ModelEvents.IdOf(model, recordEvent.Sequence));
        return answer?.Invoke(recordEvent, cancellationToken) ?? Task.FromResult(DeliveryResult.Delivered);
    }
}
