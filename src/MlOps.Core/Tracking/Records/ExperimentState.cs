using System.Collections.Immutable;
using MlOps.Events;

namespace MlOps.Tracking;

/// <summary>What the log of an experiment comes to.</summary>
internal sealed record ExperimentState
{
    public static ExperimentState Empty { get; } = new();

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init => field = value.WithComparers(StringComparer.Ordinal); } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Updated { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>Adds a fact to a state.</summary>
    public static ExperimentState Apply(ExperimentState state, EventDocument<ExperimentEvent> document)
    {
        var change = document.Event;
        return state with
        {
            DisplayName = change.DisplayName ?? state.DisplayName,
            Description = change.Description switch { null => state.Description, "" => null, var description => description },
            Tags = change.Tags is null ? state.Tags : state.Tags
                .RemoveRange(change.Tags.Where(static tag => tag.Value is null).Select(static tag => tag.Key))
                .SetItems(change.Tags.Where(static tag => tag.Value is not null)!),
            Created = document.Sequence == 1 ? document.Time : state.Created,
            Updated = document.Time,
            IsDeleted = change.IsDeleted ?? state.IsDeleted,
        };
    }

    /// <summary>Makes the experiment that this is.</summary>
    public Experiment ToExperiment(string name) => new()
    {
        Name = name,
        DisplayName = DisplayName ?? name,
        Description = Description,
        Tags = Tags,
        Created = Created,
        Updated = Updated,
        IsDeleted = IsDeleted,
    };
}
