namespace MlOps.Monitoring.Predictions;

/// <summary>An outcome in the store.</summary>
/// <param name="PredictionId">The identifier of the prediction.</param>
/// <param name="Text">The actual text, or <see langword="null"/>.</param>
/// <param name="Number">The actual number, which is not used if there is a text.</param>
/// <param name="Time">The time, in ticks of UTC with a resolution of 1 µs.</param>
/// <param name="Instance">The identifier of the process that recorded the outcome.</param>
/// <param name="Sequence">The position in the order in which the process recorded its outcomes.</param>
internal readonly record struct RecordedOutcome(Guid PredictionId, string? Text, double Number, long Time, string Instance, long Sequence)
{
    /// <summary>Determines whether this outcome counts instead of another one of the same prediction. Every reader computes the same order.</summary>
    public bool Replaces(in RecordedOutcome other) => Time != other.Time ? Time > other.Time
        : string.CompareOrdinal(Instance, other.Instance) is var order and not 0 ? order > 0 : Sequence > other.Sequence;

    /// <summary>Determines whether two outcomes are copies of the same record, such as during a compaction.</summary>
    public bool IsCopyOf(in RecordedOutcome other) => Time == other.Time && Sequence == other.Sequence && Instance == other.Instance;

    public bool HasValueOf(in RecordedOutcome other) => Text is null && other.Text is null ? Number.Equals(other.Number) : Text == other.Text;
}
