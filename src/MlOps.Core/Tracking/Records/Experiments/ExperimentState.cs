using System.Collections.Immutable;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>The state of an experiment.</summary>
internal sealed record ExperimentState
{
    public static ExperimentState Empty { get; } = new();

    /// <summary>Gets the numeric identifier.</summary>
    public long Id { get; init; }

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    // A deserialized checkpoint would otherwise use the culture-sensitive comparer.
    public ImmutableSortedDictionary<string, string> Tags
    {
        get;
        init => field = (value ?? RecordChange.NoTags).WithComparers(StringComparer.Ordinal);
    } = RecordChange.NoTags;

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Updated { get; init; }

    public bool IsDeleted { get; init; }
}
