using System.Collections.Immutable;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Computes the state of a model from its events. An event that contradicts the previous events is an error.</summary>
internal static class ModelFold
{
    // The path of the checkpoint differs from earlier versions, whose states have no resources by kind of machine.
    public static RecordSchema<ModelEvent, ModelState> Schema { get; } = new(
        ModelState.Empty, Apply, RegistryJson.Default.EventDocumentModelEvent, RegistryJson.Default.CheckpointDocumentModelState)
    {
        CheckpointName = CheckpointNames.Second,
    };

    private static ModelState Apply(string model, ModelState state, EventDocument<ModelEvent> document)
    {
        var modelEvent = document.Event;
        if (!state.Exists && modelEvent.Kind is not (ModelEventKind.Registered or ModelEventKind.Created))
        {
            throw new InvalidDataException("it changes a model that does not exist.");
        }

        var updated = state with { Exists = true, Created = state.Exists ? state.Created : document.Time, Updated = document.Time };
        return modelEvent.Kind switch
        {
            ModelEventKind.Registered => Register(updated, modelEvent, document.Time),
            ModelEventKind.Created => updated with { Description = modelEvent.Description, Tags = modelEvent.Tags ?? state.Tags },
            ModelEventKind.Described when modelEvent.Version is null =>
                updated with { Description = RecordChange.Text(state.Description, modelEvent.Description) },
            ModelEventKind.Tagged when modelEvent.Version is null => updated with { Tags = Merge(state.Tags, Required(modelEvent.Tags)) },
            ModelEventKind.Untagged when modelEvent.Version is null => updated with { Tags = Without(state.Tags, Required(modelEvent.Keys)) },
            ModelEventKind.AliasSet => updated with { Aliases = state.Aliases.SetItem(Required(modelEvent.Alias), Point(state, modelEvent, document)) },
            ModelEventKind.RolledBack => updated with { Aliases = state.Aliases.SetItem(Required(modelEvent.Alias), PointBack(state, modelEvent, document)) },
            ModelEventKind.AliasRemoved => updated with { Aliases = state.Aliases.Remove(Required(modelEvent.Alias)) },
            ModelEventKind.AlertRaised or ModelEventKind.AlertResolved => ChangeAlert(updated, modelEvent, document),
            ModelEventKind.VersionDeleted => Delete(updated, modelEvent),
            ModelEventKind.ModelDeleted => ModelState.Empty with { LastVersion = state.LastVersion },
            _ => ChangeVersion(updated, modelEvent, document),
        };
    }

    private static ModelState Register(ModelState state, ModelEvent modelEvent, DateTimeOffset time)
    {
        var version = Required(modelEvent.Registered);
        if (modelEvent.Version != state.LastVersion + 1 || version.Number != modelEvent.Version)
        {
            throw new InvalidDataException($"it registers version {modelEvent.Version} after version {state.LastVersion}.");
        }

        return state with
        {
            LastVersion = version.Number,
            Versions = state.Versions.Add(version.With(added => (added.Created, added.Updated) = (time, time))),
        };
    }

    private static ModelState ChangeVersion(ModelState state, ModelEvent modelEvent, EventDocument<ModelEvent> document)
    {
        var before = Find(state, modelEvent);
        var after = before.With(version =>
        {
            version.Updated = document.Time;
            switch (modelEvent.Kind)
            {
                case ModelEventKind.Described:
                    version.Description = RecordChange.Text(before.Description, modelEvent.Description);
                    version.IntendedUse = RecordChange.Text(before.IntendedUse, modelEvent.IntendedUse);
                    break;
                case ModelEventKind.Tagged:
                    version.Tags = Merge(before.Tags, Required(modelEvent.Tags));
                    break;
                case ModelEventKind.Untagged:
                    version.Tags = Without(before.Tags, Required(modelEvent.Keys));
                    break;
                case ModelEventKind.Approved:
                    version.Approvals = [.. before.Approvals, new ModelApproval(document.Actor, document.Time, modelEvent.Reason)];
                    break;
                case ModelEventKind.Archived or ModelEventKind.Unarchived:
                    version.Status = modelEvent.Kind == ModelEventKind.Archived ? ModelVersionStatus.Archived : ModelVersionStatus.Ready;
                    version.StatusMessage = modelEvent.Reason;
                    break;
                case ModelEventKind.Profiled:
                    version.AddResources(Required(modelEvent.Resources));
                    break;
                case ModelEventKind.MetricsAdded:
                    version.Metrics = Merge(before.Metrics, Required(modelEvent.Metrics));
                    break;
                default:
                    throw new InvalidDataException($"it has the unknown kind {modelEvent.Kind}.");
            }
        });
        return state with { Versions = state.Versions.SetItem(state.IndexOf(before.Number), after) };
    }

    private static ModelState ChangeAlert(ModelState state, ModelEvent modelEvent, EventDocument<ModelEvent> document)
    {
        var alert = Required(modelEvent.Alert);
        var isActive = modelEvent.Kind == ModelEventKind.AlertRaised;
        var alerts = state.Alerts ?? ImmutableDictionary<string, ModelAlert>.Empty;
        return state with { Alerts = alerts.SetItem(alert.Key, alert.At(modelEvent.Version, isActive, document.Time, document.Sequence)) };
    }

    private static ModelAlias Point(ModelState state, ModelEvent modelEvent, EventDocument<ModelEvent> document)
    {
        var before = state.Aliases.GetValueOrDefault(Required(modelEvent.Alias));
        var version = Find(state, modelEvent).Number;
        return new ModelAlias
        {
            Version = version,
            Since = document.Time,
            Actor = document.Actor,
            Earlier = before is null ? [] : before.Version == version ? before.Earlier : AsList(before.Earlier).Add(before.Version),
        };
    }

    private static ModelAlias PointBack(ModelState state, ModelEvent modelEvent, EventDocument<ModelEvent> document)
    {
        var earlier = AsList(state.Aliases.GetValueOrDefault(Required(modelEvent.Alias))?.Earlier ?? []);
        var version = Find(state, modelEvent).Number;
        if (modelEvent.Steps is not { } steps || steps < 1 || steps > earlier.Count || earlier[^steps] != version)
        {
            throw new InvalidDataException(
                $"it rolls '{modelEvent.Alias}' back to version {version}, which the alias did not point at {modelEvent.Steps} steps before.");
        }

        return new ModelAlias { Version = version, Since = document.Time, Actor = document.Actor, Earlier = earlier.RemoveRange(earlier.Count - steps, steps) };
    }

    private static ModelState Delete(ModelState state, ModelEvent modelEvent)
    {
        var version = Find(state, modelEvent).Number;
        return state with
        {
            Versions = state.Versions.RemoveAt(state.IndexOf(version)),
            Aliases = state.Aliases.ToImmutableDictionary(static alias => alias.Key, alias => RemoveEarlier(alias.Value, version)),
        };
    }

    /// <summary>Removes a version from the earlier versions of an alias, and removes repetitions, so that each rollback changes the version.</summary>
    private static ModelAlias RemoveEarlier(ModelAlias alias, int version)
    {
        if (!alias.Earlier.Contains(version))
        {
            return alias;
        }

        var earlier = ImmutableList.CreateBuilder<int>();
        foreach (var number in alias.Earlier.Where(number => number != version))
        {
            if (earlier.Count == 0 || earlier[^1] != number)
            {
                earlier.Add(number);
            }
        }

        if (earlier.Count > 0 && earlier[^1] == alias.Version)
        {
            earlier.RemoveAt(earlier.Count - 1);
        }

        return new ModelAlias { Version = alias.Version, Since = alias.Since, Actor = alias.Actor, Earlier = earlier.ToImmutable() };
    }

    private static ModelVersion Find(ModelState state, ModelEvent modelEvent) =>
        state.Find(modelEvent.Version ?? 0) ?? throw new InvalidDataException($"it names version {modelEvent.Version}, which does not exist.");

    private static ImmutableList<int> AsList(IReadOnlyList<int> numbers) => numbers as ImmutableList<int> ?? [.. numbers];

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> set)
    {
        var merged = new Dictionary<string, T>(before, StringComparer.Ordinal);
        foreach (var (key, value) in set)
        {
            merged[key] = value;
        }

        return merged;
    }

    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> before, IReadOnlyList<string> keys) =>
        before.Where(tag => !keys.Contains(tag.Key)).ToDictionary(StringComparer.Ordinal);

    private static T Required<T>(T? value)
        where T : class => value ?? throw new InvalidDataException("it lacks a property that its kind requires.");
}
