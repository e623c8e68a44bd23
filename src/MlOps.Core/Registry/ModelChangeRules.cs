using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Validates changes without regard to the state of the model.</summary>
internal static class ModelChangeRules
{
    private static readonly ModelEventKind[] s_alias = [ModelEventKind.AliasSet, ModelEventKind.AliasRemoved, ModelEventKind.RolledBack];

    private static readonly ModelEventKind[] s_version =
    [
        ModelEventKind.AliasSet, ModelEventKind.Approved, ModelEventKind.Archived, ModelEventKind.Unarchived, ModelEventKind.Profiled,
        ModelEventKind.VersionDeleted, ModelEventKind.MetricsAdded,
    ];

    private static readonly ModelEventKind[] s_alert = [ModelEventKind.AlertRaised, ModelEventKind.AlertResolved];

    private static readonly ModelEventKind[] s_modelOrVersion =
        [ModelEventKind.Described, ModelEventKind.Tagged, ModelEventKind.Untagged, .. s_alert];

    /// <summary>Validates a change.</summary>
    /// <exception cref="ArgumentException">A property is missing, is not used by the kind, or is not valid. The message names the property and the
    /// remedy.</exception>
    public static void Validate(ModelChange change)
    {
        if (change.Kind == ModelEventKind.Registered || !Enum.IsDefined(change.Kind))
        {
            throw new ArgumentException($"'{change.Kind}' is not a kind of change. Register versions with RegisterAsync.", nameof(change));
        }

        CheckUse(change, nameof(change.Version), change.Version is not null, s_version, s_modelOrVersion);
        CheckUse(change, nameof(change.Alias), change.Alias is not null, s_alias);
        CheckUse(change, nameof(change.ExpectedVersion), change.ExpectedVersion is not null, [], s_alias);
        CheckUse(change, nameof(change.Steps), change.Steps is not null, [], ModelEventKind.RolledBack);
        CheckUse(change, nameof(change.Force), change.Force, [], ModelEventKind.AliasSet);
        CheckUse(change, nameof(change.Tags), change.Tags is { Count: > 0 }, [ModelEventKind.Tagged], ModelEventKind.Created);
        CheckUse(change, nameof(change.Keys), change.Keys is { Count: > 0 }, [ModelEventKind.Untagged]);
        CheckUse(change, nameof(change.Description), change.Description is not null, [], ModelEventKind.Described, ModelEventKind.Created);
        CheckUse(change, nameof(change.IntendedUse), change.IntendedUse is not null, [], ModelEventKind.Described);
        CheckUse(change, nameof(change.Resources), change.Resources is not null, [ModelEventKind.Profiled]);
        CheckUse(change, nameof(change.Metrics), change.Metrics is { Count: > 0 }, [ModelEventKind.MetricsAdded]);
        CheckUse(change, nameof(change.Alert), change.Alert is not null, s_alert);
        ValidateValues(change);
    }

    private static void ValidateValues(ModelChange change)
    {
        if (change.Alias is not null)
        {
            AliasRules.Validate(change.Alias);
        }

        Require(
            change.ExpectedVersion is null or >= 0,
            $"The expected version is {change.ExpectedVersion}. Specify the number of a version, or 0 if the alias must not exist.");
        Require(change.Steps is null or >= 1, $"The alias cannot be rolled back {change.Steps} steps. Specify 1 or more.");
        Require(!change.Force || !string.IsNullOrWhiteSpace(change.Reason), "Forcing an alias requires a reason, which the history records. Specify a reason.");
        Require(
            change.Kind != ModelEventKind.Described || change.Description is not null || change.IntendedUse is not null,
            "The change sets neither a description nor an intended use. Specify one of them. An empty text removes it.");
        Require(
            change.IntendedUse is null || change.Version is not null,
            "Only a version has an intended use. Specify the number of the version.");
        RecordRules.ValidateTags(change.Tags);
        RegistrationRules.ValidateResources(change.Resources);
        RecordRules.ValidateText("reason", change.Reason);
        RecordRules.ValidateText("description", change.Description);
        RecordRules.ValidateText("intended use", change.IntendedUse);
        RecordRules.ValidateName("person", change.Actor);
        RegistrationRules.ValidateMetrics(change.Metrics?.Keys);
        RecordRules.ValidateName("rule", change.Alert?.Rule);
        RecordRules.ValidateName("subject", change.Alert?.Subject);
        RecordRules.ValidateText("message of the alert", change.Alert?.Message);
        foreach (var key in change.Keys ?? [])
        {
            RecordRules.ValidateName("tag", key);
        }
    }

    /// <summary>Checks that a property is set for the kinds that require it, and only for the kinds that use it.</summary>
    private static void CheckUse(ModelChange change, string property, bool isSet, ModelEventKind[] requiring, params ModelEventKind[] allowing)
    {
        if (!isSet && requiring.Contains(change.Kind))
        {
            throw new ArgumentException($"A change of the kind '{change.Kind}' requires {property}. Specify {property}.", nameof(change));
        }

        if (isSet && !requiring.Contains(change.Kind) && !allowing.Contains(change.Kind))
        {
            throw new ArgumentException($"A change of the kind '{change.Kind}' does not use {property}. Omit {property}.", nameof(change));
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
