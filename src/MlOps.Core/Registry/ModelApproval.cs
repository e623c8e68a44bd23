using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>Somebody's word that a version is fit for use.</summary>
/// <param name="Actor">The person who approved.</param>
/// <param name="Time">When, by the writer's clock.</param>
/// <param name="Comment">What else they said.</param>
public sealed record ModelApproval([property: JsonPropertyName("by")] string Actor, DateTimeOffset Time, string? Comment = null);
