using MlOps.Records;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Delivers events of models.</summary>
/// <remarks>Thread-safe. Events of a model are delivered in order, each at least once.</remarks>
internal interface IModelEventSink
{
    /// <summary>Gets the name of the document with the position of the sink.</summary>
    string Name { get; }

    /// <summary>Gets a value indicating whether the sink has stopped because its receiver is gone.</summary>
    bool IsGone { get; }

    /// <summary>Determines whether the sink delivers an event.</summary>
    bool Accepts(string model, RecordEvent recordEvent);

    /// <summary>Attempts to deliver an event.</summary>
    Task<DeliveryResult> SendAsync(string model, RecordEvent recordEvent, CancellationToken cancellationToken);
}
