using Microsoft.AspNetCore.Mvc;
using MlOps;
using MlOps.Serving;

namespace ScoringService.Predictions;

/// <summary>Endpoints for predictions with the types of this service.</summary>
internal static class PredictionEndpoints
{
    public static void MapPredictions(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/predict", PredictAsync);
        endpoints.MapPost("/predict/batch", PredictBatch);
    }

    /// <summary>Predicts a row with the served version, or with the version in the request, such as <c>2</c> or <c>candidate</c>.</summary>
    private static async Task<PredictionResponse> PredictAsync(
        [FromBody] TumorMeasurements row, string? version, IModel<TumorMeasurements, Diagnosis> model, CancellationToken cancellationToken)
    {
        try
        {
            return PredictionResponse.Of(await (version is null ? model : model.At(version)).PredictAsync(row, cancellationToken));
        }
        catch (ModelNotReadyException exception) when (version is not null && exception.InnerException is VersionNotFoundException)
        {
            throw new BadHttpRequestException(exception.InnerException.Message, StatusCodes.Status404NotFound);
        }
    }

    private static BatchResponse PredictBatch(
        [FromBody] BatchRequest request, IModel<TumorMeasurements, Diagnosis> model, CancellationToken cancellationToken)
    {
        if (Array.IndexOf(request.Rows, null) is var index and >= 0)
        {
            throw new ArgumentException($"Row {index} (counted from 0) is null. Send an object for each row.");
        }

        var predictions = model.Predict(new ReadOnlySpan<TumorMeasurements>(request.Rows!), cancellationToken);
        return new BatchResponse(Array.ConvertAll(predictions, RowResponse.Of));
    }
}
