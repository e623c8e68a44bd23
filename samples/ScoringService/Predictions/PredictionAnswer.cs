using MlOps.Serving;

namespace ScoringService.Predictions;

/// <summary>What is answered for a row: the diagnosis, which version made it, and an identifier under which the truth can be reported later.</summary>
internal sealed record PredictionAnswer(string Label, float MalignantProbability, int ModelVersion, Guid PredictionId, Finding[] Warnings)
{
    public static PredictionAnswer Of(in Prediction<Diagnosis> prediction) => new(
        prediction.Output.Label == 0 ? "malignant" : "benign",
        prediction.Output.MalignantProbability,
        prediction.Version.Number,
        prediction.Id,
        Finding.Of(prediction.Violations));
}
