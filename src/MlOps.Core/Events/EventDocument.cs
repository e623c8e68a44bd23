using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>An event of a log, as it is stored.</summary>
/// <typeparam name="TEvent">The type of the event.</typeparam>
internal sealed class EventDocument<TEvent>
{
    public required int Format { get; init; }

    /// <summary>Gets the sequence number of the event: 1, 2, 3 and so on, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the digest of the previous document, which links each event to all earlier ones; <see langword="null"/> for the
    /// first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Sha256Digest? Previous { get; init; }

    /// <summary>Gets a random value. It makes the bytes of each document unique.</summary>
    public required Guid Nonce { get; init; }

    /// <summary>Gets the time of recording, by the clock of the writer.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets the actor who recorded the event.</summary>
    public required string Actor { get; init; }

    /// <summary>Gets the event.</summary>
    public required TEvent Event { get; init; }
}
