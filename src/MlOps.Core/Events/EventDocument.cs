using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>One fact of a log, as it is stored.</summary>
/// <typeparam name="TEvent">What kinds of fact the log holds.</typeparam>
internal sealed class EventDocument<TEvent>
{
    public required int Format { get; init; }

    /// <summary>Gets the fact's number: 1, 2, 3 … without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the digest of the document before, which ties each fact to all earlier ones; <see langword="null"/> for the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Sha256Digest? Previous { get; init; }

    /// <summary>Gets a random value, so that no two documents have the same bytes.</summary>
    public required Guid Nonce { get; init; }

    /// <summary>Gets when it was recorded, by the writer's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets who recorded it.</summary>
    public required string Actor { get; init; }

    /// <summary>Gets the fact.</summary>
    public required TEvent Event { get; init; }
}
