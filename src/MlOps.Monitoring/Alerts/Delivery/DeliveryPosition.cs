namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>The document with the position of a sink in the events of a model.</summary>
internal sealed record DeliveryPosition
{
    /// <summary>The format that this version writes, and the newest format that it can read.</summary>
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    /// <summary>Gets the number of the last event that was delivered, or that the sink does not deliver.</summary>
    public required long Delivered { get; init; }

    /// <summary>Gets a random value that changes with each write, so that no two documents have the same ETag.</summary>
    public required Guid Nonce { get; init; }

    /// <summary>Gets the end of the claim of the instance that delivers now; <see langword="null"/> if none does.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>Gets the number of failed attempts to deliver the next event.</summary>
    public int Failures { get; init; }

    /// <summary>Gets the number of those attempts that the receiver refused.</summary>
    public int Rejections { get; init; }

    /// <summary>Gets the earliest time of the next attempt; <see langword="null"/> if there is no failure.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
