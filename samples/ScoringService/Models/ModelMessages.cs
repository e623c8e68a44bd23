using System.Text.Json.Serialization;
using MlOps.Registry;

namespace ScoringService.Models;

/// <summary>The inputs of a model, by their names.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TensorRequest(Dictionary<string, TensorDocument> Inputs);

/// <summary>The outputs of a model, by their names, and which version they are from.</summary>
internal sealed record TensorAnswer(string Model, int ModelVersion, Guid PredictionId, Dictionary<string, TensorDocument> Outputs);

/// <summary>Where an alias shall point.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AliasRequest(int Version, string? Reason = null);

/// <summary>Where an alias points, and where rolling back leads, the nearest last.</summary>
internal sealed record AliasAnswer(string Model, string Alias, int Version, IReadOnlyList<int> Earlier)
{
    public static AliasAnswer Of(RegisteredModel model, string alias) => new(model.Name, alias, model.Aliases[alias].Version, model.Aliases[alias].Earlier);
}
