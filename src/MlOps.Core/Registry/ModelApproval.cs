namespace MlOps.Registry;

/// <summary>Somebody's word that a version is fit for use.</summary>
/// <param name="By">Who said so.</param>
/// <param name="Time">When, by the writer's clock.</param>
/// <param name="Comment">What else they said.</param>
public sealed record ModelApproval(string By, DateTimeOffset Time, string? Comment = null);
