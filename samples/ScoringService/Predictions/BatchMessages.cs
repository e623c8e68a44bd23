using System.Text.Json.Serialization;
using MlOps.Serving;

namespace ScoringService.Predictions;

/// <summary>Rows to predict together.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchRequest(TumorMeasurements?[] Rows);

/// <summary>An answer for each row, in their order.</summary>
internal sealed record BatchAnswer(RowAnswer[] Rows);

/// <summary>What is answered for one of several rows: a prediction, or why the row was refused. A refused row does not fail the others.</summary>
internal sealed record RowAnswer(PredictionAnswer? Prediction, Finding[]? Errors)
{
    public static RowAnswer Of(Prediction<Diagnosis> prediction) =>
        prediction.IsRejected ? new RowAnswer(null, Finding.Of(prediction.Violations)) : new RowAnswer(PredictionAnswer.Of(prediction), null);
}
