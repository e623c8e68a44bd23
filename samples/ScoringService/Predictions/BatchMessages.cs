using System.Text.Json.Serialization;
using MlOps.Serving;

namespace ScoringService.Predictions;

/// <summary>Rows to predict in one request.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchRequest(TumorMeasurements?[] Rows);

/// <summary>A result for each row, in the order of the rows.</summary>
internal sealed record BatchResponse(RowResponse[] Rows);

/// <summary>The result of one row: a prediction, or the reasons why the row was refused. A refused row does not affect the others.</summary>
internal sealed record RowResponse(PredictionResponse? Prediction, Finding[]? Errors)
{
    public static RowResponse Of(Prediction<Diagnosis> prediction) =>
        prediction.IsRejected ? new RowResponse(null, Finding.Of(prediction.Violations)) : new RowResponse(PredictionResponse.Of(prediction), null);
}
