namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>The result of an attempt to deliver an event.</summary>
internal enum DeliveryStatus
{
    /// <summary>The receiver has the event.</summary>
    Delivered,

    /// <summary>The attempt failed, and is repeated until it succeeds.</summary>
    Failed,

    /// <summary>The receiver refused the event. After several attempts, the event is dropped.</summary>
    Rejected,

    /// <summary>The receiver accepts no further events. The sink stops until the process restarts.</summary>
    Gone,
}
