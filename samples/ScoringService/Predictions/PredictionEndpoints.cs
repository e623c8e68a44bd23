using Microsoft.AspNetCore.Mvc;
using MlOps.Serving;

namespace ScoringService.Predictions;

/// <summary>Predictions by this service's own types.</summary>
internal static class PredictionEndpoints
{
    public static void MapPredictions(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/predict", PredictAsync);
        endpoints.MapPost("/predict/batch", PredictBatch);
    }

    private static async Task<PredictionAnswer> PredictAsync(
        [FromBody] TumorMeasurements row, IModel<TumorMeasurements, Diagnosis> model, CancellationToken cancellationToken) =>
        PredictionAnswer.Of(await model.PredictAsync(row, cancellationToken));

    private static BatchAnswer PredictBatch([FromBody] BatchRequest request, IModel<TumorMeasurements, Diagnosis> model, CancellationToken cancellationToken)
    {
        if (Array.IndexOf(request.Rows, null) is var index and >= 0)
        {
            throw new ArgumentException($"Row {index}, counted from 0, is null. Send an object for each row.");
        }

        var predictions = model.Predict(new ReadOnlySpan<TumorMeasurements>(request.Rows!), cancellationToken);
        return new BatchAnswer(Array.ConvertAll(predictions, RowAnswer.Of));
    }
}
