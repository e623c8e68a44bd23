namespace MlOps.Tracking;

/// <summary>Something that was recorded of an experiment; the first one creates it.</summary>
internal sealed class ExperimentEvent
{
    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    /// <summary>Gets tags; those with the value <see langword="null"/> were removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    public bool? IsDeleted { get; init; }
}
