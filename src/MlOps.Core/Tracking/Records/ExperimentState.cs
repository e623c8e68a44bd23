using System.Collections.Immutable;
using MlOps.Documents;
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
            Description = RecordChange.Text(state.Description, change.Description),
            Tags = RecordChange.Tags(state.Tags, change.Tags),
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
