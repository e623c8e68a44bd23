using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Checks a change for what is wrong whatever the state of the model is.</summary>
internal static class ModelChangeRules
{
    private static readonly ModelEventKind[] s_alias = [ModelEventKind.AliasSet, ModelEventKind.AliasRemoved, ModelEventKind.RolledBack];

    private static readonly ModelEventKind[] s_version =
    [
        ModelEventKind.AliasSet, ModelEventKind.Approved, ModelEventKind.Archived, ModelEventKind.Unarchived, ModelEventKind.Profiled, ModelEventKind.VersionDeleted,
        ModelEventKind.MetricsAdded,
    ];

    private static readonly ModelEventKind[] s_modelOrVersion = [ModelEventKind.Described, ModelEventKind.Tagged, ModelEventKind.Untagged];

    /// <exception cref="ArgumentException">Something is missing, out of place or malformed; the message says what and what to do.</exception>
    public static void Validate(ModelChange change)
    {
        if (change.Kind == ModelEventKind.Registered || !Enum.IsDefined(change.Kind))
        {
            throw new ArgumentException($"A change cannot be of the kind '{change.Kind}'. Versions are registered with RegisterAsync.", nameof(change));
        }

        Place(change, nameof(change.Version), change.Version is not null, s_version, s_modelOrVersion);
        Place(change, nameof(change.Alias), change.Alias is not null, s_alias);
        Place(change, nameof(change.ExpectedVersion), change.ExpectedVersion is not null, [], s_alias);
        Place(change, nameof(change.Steps), change.Steps is not null, [], ModelEventKind.RolledBack);
        Place(change, nameof(change.Force), change.Force, [], ModelEventKind.AliasSet);
        Place(change, nameof(change.Tags), change.Tags is { Count: > 0 }, [ModelEventKind.Tagged], ModelEventKind.Created);
        Place(change, nameof(change.Keys), change.Keys is { Count: > 0 }, [ModelEventKind.Untagged]);
        Place(change, nameof(change.Description), change.Description is not null, [], ModelEventKind.Described, ModelEventKind.Created);
        Place(change, nameof(change.IntendedUse), change.IntendedUse is not null, [], ModelEventKind.Described);
        Place(change, nameof(change.Resources), change.Resources is not null, [ModelEventKind.Profiled]);
        Place(change, nameof(change.Metrics), change.Metrics is { Count: > 0 }, [ModelEventKind.MetricsAdded]);
        ValidateValues(change);
    }

    private static void ValidateValues(ModelChange change)
    {
        if (change.Alias is not null)
        {
            AliasRules.Validate(change.Alias);
        }

        Require(change.ExpectedVersion is null or >= 0, $"The expected version is {change.ExpectedVersion}. Give a version's number, or 0 for no alias.");
        Require(change.Steps is null or >= 1, $"The alias cannot be rolled back {change.Steps} steps. Give 1 or more.");
        Require(!change.Force || !string.IsNullOrWhiteSpace(change.Reason), "Overruling gates needs a reason, which the history keeps. Give one.");
        Require(
            change.Kind != ModelEventKind.Described || change.Description is not null || change.IntendedUse is not null,
            "Nothing is to be described. Give a description or an intended use; an empty one removes it.");
        Require(
            change.IntendedUse is null || change.Version is not null,
            "An intended use is that of a version. Give the version's number.");
        RecordRules.ValidateTags(change.Tags);
        RegistrationRules.ValidateResources(change.Resources);
        RecordRules.ValidateText("reason", change.Reason);
        RecordRules.ValidateText("description", change.Description);
        RecordRules.ValidateText("intended use", change.IntendedUse);
        RecordRules.ValidateName("person", change.Actor);
        RegistrationRules.ValidateMetrics(change.Metrics?.Keys);
        foreach (var key in change.Keys ?? [])
        {
            RecordRules.ValidateName("tag", key);
        }
    }

    /// <summary>Checks that something is given where it is needed, and nowhere but where it means something.</summary>
    private static void Place(ModelChange change, string part, bool given, ModelEventKind[] needing, params ModelEventKind[] allowing)
    {
        if (!given && needing.Contains(change.Kind))
        {
            throw new ArgumentException($"A change of the kind '{change.Kind}' needs {part}. Give it.", nameof(change));
        }

        if (given && !needing.Contains(change.Kind) && !allowing.Contains(change.Kind))
        {
            throw new ArgumentException($"A change of the kind '{change.Kind}' has no {part}. Leave it out.", nameof(change));
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
