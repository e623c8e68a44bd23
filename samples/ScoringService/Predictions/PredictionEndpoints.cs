using Microsoft.AspNetCore.Mvc;
using MlOps;
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

    /// <summary>Predicts a row by the version that is served, or by the one that the request names, such as <c>2</c> or <c>candidate</c>.</summary>
    private static async Task<PredictionAnswer> PredictAsync(
        [FromBody] TumorMeasurements row, string? version, IModel<TumorMeasurements, Diagnosis> model, CancellationToken cancellationToken)
    {
        try
        {
            return PredictionAnswer.Of(await (version is null ? model : model.At(version)).PredictAsync(row, cancellationToken));
        }
        catch (ModelNotReadyException exception) when (version is not null && exception.InnerException is VersionNotFoundException)
        {
            throw new BadHttpRequestException(exception.InnerException.Message, StatusCodes.Status404NotFound);
        }
    }

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
