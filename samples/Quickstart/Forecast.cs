using MlOps.Models;

/// <summary>The output of a prediction.</summary>
internal sealed class Forecast
{
    /// <summary>Gets or sets the weather, such as "rain".</summary>
    [Feature("PredictedLabel")]
    public string Weather { get; set; } = "";

    /// <summary>Gets or sets the probability of each class.</summary>
    [Feature("Score")]
    public float[] Probabilities { get; set; } = [];
}
