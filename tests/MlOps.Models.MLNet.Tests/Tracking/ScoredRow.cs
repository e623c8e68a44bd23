namespace MlOps.Tracking;

/// <summary>A row as a binary classifier leaves it.</summary>
internal sealed class ScoredRow
{
    public bool Label { get; init; }

    public float Score { get; init; }

    public float Probability { get; init; }

    public bool PredictedLabel { get; init; }
}
