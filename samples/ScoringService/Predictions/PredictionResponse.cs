using MlOps.Serving;

namespace ScoringService.Predictions;

/// <summary>The prediction of a row, with the version of the model and an id for reporting the actual outcome later.</summary>
internal sealed record PredictionResponse(string Label, float MalignantProbability, int ModelVersion, Guid PredictionId, Finding[] Warnings)
{
    public static PredictionResponse Of(in Prediction<Diagnosis> prediction) => new(
        prediction.Output.Label == 0 ? "malignant" : "benign",
        prediction.Output.MalignantProbability,
        prediction.Version.Number,
        prediction.Id,
        Finding.Of(prediction.Violations));
}
