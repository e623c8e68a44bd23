using System.Text.Json.Serialization;
using MlOps.Registry;

namespace ScoringService.Models;

/// <summary>The inputs of a model by name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TensorRequest(Dictionary<string, TensorDocument> Inputs);

/// <summary>The outputs of a model by name, with the version of the model.</summary>
internal sealed record TensorResponse(string Model, int ModelVersion, Guid PredictionId, Dictionary<string, TensorDocument> Outputs);

/// <summary>The new version of an alias.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AliasRequest(int Version, string? Reason = null);

/// <summary>The version of an alias, and the versions to which rollbacks lead, the nearest last.</summary>
internal sealed record AliasResponse(string Model, string Alias, int Version, IReadOnlyList<int> Earlier)
{
    public static AliasResponse Of(RegisteredModel model, string alias) =>
        new(model.Name, alias, model.Aliases[alias].Version, model.Aliases[alias].Earlier);
}
