using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>Predictions with their outcomes, stored by column.</summary>
/// <param name="predictions">The predictions.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class JoinedPredictions(LoggedPredictions predictions)
{
    /// <summary>Gets the predictions.</summary>
    public LoggedPredictions Predictions { get; } = predictions;

    /// <summary>Gets the actual numbers, one for each prediction; <see cref="RowBatch.Missing"/> if there is no outcome or the outcome is a text.</summary>
    public double[] ActualNumbers { get; } = new double[predictions.Count];

    /// <summary>Gets the actual texts, one for each prediction; <see langword="null"/> if there is no outcome or the outcome is a number.</summary>
    public string?[] ActualTexts { get; } = new string?[predictions.Count];

    /// <summary>Determines whether a prediction has an outcome.</summary>
    /// <param name="row">The index of the prediction.</param>
    /// <returns><see langword="true"/> if there is an outcome.</returns>
    public bool HasActual(int row) => ActualTexts[row] is not null || !RowBatch.IsMissing(ActualNumbers[row]);
}
