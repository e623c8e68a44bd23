namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>The result of an attempt to deliver an event.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reason">The reason of a failure, for the log.</param>
/// <param name="RetryAfter">The minimum time before the next attempt, if the receiver requested one.</param>
/// <param name="Exception">The exception of a failure, for the log.</param>
internal sealed record DeliveryResult(DeliveryStatus Status, string Reason = "", TimeSpan? RetryAfter = null, Exception? Exception = null)
{
    public static DeliveryResult Delivered { get; } = new(DeliveryStatus.Delivered);
}
