using Microsoft.AspNetCore.Mvc;
using MlOps.Registry;
using MlOps.Serving;

namespace ScoringService.Models;

/// <summary>Any model by its name: predictions from named tensors, and what an operator asks and does.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/models");
        models.MapGet("", static (IEnumerable<IModel> models) => models.Select(static model => model.Status).ToArray());
        models.MapPost("/{name}/predict", PredictAsync);

        // Whoever may reload a model or move an alias decides what the service answers: a real service has these behind RequireAuthorization, or leaves them to the tools of its operators.
        models.MapPost("/{name}/reload", ReloadAsync);
        models.MapPost("/{name}/aliases/{alias}", SetAliasAsync);
        models.MapPost("/{name}/aliases/{alias}/rollback", RollBackAsync);
    }

    private static async Task<TensorAnswer> PredictAsync(string name, [FromBody] TensorRequest request, IEnumerable<IModel> models, CancellationToken cancellationToken)
    {
        var inputs = request.Inputs.ToDictionary(static input => input.Key, static input => input.Value.ToTensor(input.Key));
        var prediction = await Find(models, name).PredictAsync(inputs, cancellationToken);
        var outputs = prediction.Output.ToDictionary(static output => output.Key, static output => TensorDocument.Of(output.Value));
        return new TensorAnswer(prediction.Version.Model, prediction.Version.Number, prediction.Id, outputs);
    }

    private static Task<ModelStatus> ReloadAsync(string name, IEnumerable<IModel> models, CancellationToken cancellationToken) =>
        Find(models, name).ReloadAsync(cancellationToken);

    private static async Task<AliasAnswer> SetAliasAsync(
        string name, string alias, [FromBody] AliasRequest request, IModelRegistry registry, IServedModels models, CancellationToken cancellationToken)
    {
        var model = await registry.SetAliasAsync(name, alias, request.Version, reason: request.Reason, cancellationToken: cancellationToken);
        return await ServeAsync(model, alias, models, cancellationToken);
    }

    private static async Task<AliasAnswer> RollBackAsync(
        string name, string alias, IModelRegistry registry, IServedModels models, CancellationToken cancellationToken)
    {
        var model = await registry.RollBackAsync(name, alias, cancellationToken: cancellationToken);
        return await ServeAsync(model, alias, models, cancellationToken);
    }

    /// <summary>Waits until this process answers with the version, instead of until it notices the change. If the version cannot be served, the exception has the reason.</summary>
    private static async Task<AliasAnswer> ServeAsync(RegisteredModel model, string alias, IServedModels models, CancellationToken cancellationToken)
    {
        if (models.Find(model.Name) is { } served)
        {
            await served.ReloadAsync(cancellationToken);
        }

        return AliasAnswer.Of(model, alias);
    }

    private static IModel Find(IEnumerable<IModel> models, string name) =>
        models.FirstOrDefault(model => model.Name == name) ?? throw new BadHttpRequestException(
            $"No model is served as '{name}'. There are {string.Join(", ", models.Select(static model => $"'{model.Name}'"))}.", StatusCodes.Status404NotFound);
}
