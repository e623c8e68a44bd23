using MlOps.Models;

namespace ScoringService.Predictions;

/// <summary>One row of the output of the model.</summary>
internal sealed class Diagnosis
{
    /// <summary>Gets or sets the predicted class: 0 is malignant, 1 is benign.</summary>
    public long Label { get; set; }

    /// <summary>Gets or sets the probability of the class malignant, 0 to 1: the first value of the output <c>probabilities</c>.</summary>
    [Feature("probabilities", Index = 0)]
    public float MalignantProbability { get; set; }
}
