namespace MlOps.Tracking;

/// <summary>An output row of a binary classifier.</summary>
internal sealed class ScoredRow
{
    public bool Label { get; init; }

    public float Score { get; init; }

    public float Probability { get; init; }

    public bool PredictedLabel { get; init; }
}
