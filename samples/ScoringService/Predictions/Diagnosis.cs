using MlOps.Models;

namespace ScoringService.Predictions;

/// <summary>A row of the model's output.</summary>
internal sealed class Diagnosis
{
    /// <summary>Gets or sets the likelier class: 0 is malignant, 1 benign.</summary>
    public long Label { get; set; }

    /// <summary>Gets or sets how likely it is malignant, 0 to 1: the first of the two values of the model's output <c>probabilities</c>.</summary>
    [Feature("probabilities", Index = 0)]
    public float MalignantProbability { get; set; }
}
