using MlOps.Records;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Delivers the alert events of models to an <see cref="IAlertSink"/>.</summary>
internal sealed class AlertSinkAdapter(IAlertSink sink) : IModelEventSink
{
    public string Name { get; } = SinkName.IsValid(sink.Name)
        ? sink.Name
        : throw new InvalidOperationException($"The alert sink {sink.GetType()} has the name '{sink.Name}', which is not valid. {SinkName.Rule}");

    public bool IsGone => false;

    public bool Accepts(string model, RecordEvent recordEvent) => ModelEvents.IsAlert(recordEvent);

    public async Task<DeliveryResult> SendAsync(string model, RecordEvent recordEvent, CancellationToken cancellationToken)
    {
        await sink.SendAsync(ModelEvents.ToAlert(model, recordEvent), cancellationToken).ConfigureAwait(false);
        return DeliveryResult.Delivered;
    }
}
