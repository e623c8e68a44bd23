using Microsoft.AspNetCore.Mvc;
using MlOps.Registry;
using MlOps.Serving;

namespace ScoringService.Models;

/// <summary>Endpoints for any served model: predictions from named tensors, status, reload, and changes of aliases.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/models");
        models.MapGet("", static (IEnumerable<IModel> models) => models.Select(static model => model.Status).ToArray());
        models.MapPost("/{name}/predict", PredictAsync);

        // These endpoints change the version that answers. Protect them with RequireAuthorization, or omit them.
        models.MapPost("/{name}/reload", ReloadAsync);
        models.MapPost("/{name}/aliases/{alias}", SetAliasAsync);
        models.MapPost("/{name}/aliases/{alias}/rollback", RollBackAsync);
    }

    private static async Task<TensorResponse> PredictAsync(
        string name, [FromBody] TensorRequest request, IEnumerable<IModel> models, CancellationToken cancellationToken)
    {
        var inputs = request.Inputs.ToDictionary(static input => input.Key, static input => input.Value.ToTensor(input.Key));
        var prediction = await Find(models, name).PredictAsync(inputs, cancellationToken);
        var outputs = prediction.Output.ToDictionary(static output => output.Key, static output => TensorDocument.Of(output.Value));
        return new TensorResponse(prediction.Version.Model, prediction.Version.Number, prediction.Id, outputs);
    }

    private static Task<ModelStatus> ReloadAsync(string name, IEnumerable<IModel> models, CancellationToken cancellationToken) =>
        Find(models, name).ReloadAsync(cancellationToken);

    private static async Task<AliasResponse> SetAliasAsync(
        string name, string alias, [FromBody] AliasRequest request, IModelRegistry registry, IServedModels models, CancellationToken cancellationToken)
    {
        var model = await registry.SetAliasAsync(name, alias, request.Version, reason: request.Reason, cancellationToken: cancellationToken);
        return await ServeAsync(model, alias, models, cancellationToken);
    }

    private static async Task<AliasResponse> RollBackAsync(
        string name, string alias, IModelRegistry registry, IServedModels models, CancellationToken cancellationToken)
    {
        var model = await registry.RollBackAsync(name, alias, cancellationToken: cancellationToken);
        return await ServeAsync(model, alias, models, cancellationToken);
    }

    /// <summary>Loads the version at once and waits until it answers. If it cannot be served, the exception contains the reason.</summary>
    private static async Task<AliasResponse> ServeAsync(
        RegisteredModel model, string alias, IServedModels models, CancellationToken cancellationToken)
    {
        if (models.Find(model.Name) is { } served)
        {
            await served.ReloadAsync(cancellationToken);
        }

        return AliasResponse.Of(model, alias);
    }

    private static IModel Find(IEnumerable<IModel> models, string name) =>
        models.FirstOrDefault(model => model.Name == name) ?? throw new BadHttpRequestException(
            $"The model '{name}' is not served. Use one of {string.Join(", ", models.Select(static model => $"'{model.Name}'"))}.",
            StatusCodes.Status404NotFound);
}
