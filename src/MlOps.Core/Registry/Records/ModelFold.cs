using System.Collections.Immutable;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Folds the events of a model to its state. An event that contradicts the events before it is an error.</summary>
internal static class ModelFold
{
    public static RecordSchema<ModelEvent, ModelState> Schema { get; } = new(
        ModelState.Empty, Apply, RegistryJson.Default.EventDocumentModelEvent, RegistryJson.Default.CheckpointDocumentModelState);

    private static ModelState Apply(string model, ModelState state, EventDocument<ModelEvent> document)
    {
        var fact = document.Event;
        if (!state.Exists && fact.Kind is not (ModelEventKind.Registered or ModelEventKind.Created))
        {
            throw new InvalidDataException("it changes a model that is not there.");
        }

        var updated = state with { Exists = true, Created = state.Exists ? state.Created : document.Time, Updated = document.Time };
        return fact.Kind switch
        {
            ModelEventKind.Registered => Register(updated, fact, document.Time),
            ModelEventKind.Created => updated with { Description = fact.Description, Tags = fact.Tags ?? state.Tags },
            ModelEventKind.Described when fact.Version is null => updated with { Description = RecordChange.Text(state.Description, fact.Description) },
            ModelEventKind.Tagged when fact.Version is null => updated with { Tags = Merge(state.Tags, Required(fact.Tags)) },
            ModelEventKind.Untagged when fact.Version is null => updated with { Tags = Without(state.Tags, Required(fact.Keys)) },
            ModelEventKind.AliasSet => updated with { Aliases = state.Aliases.SetItem(Required(fact.Alias), Point(state, fact, document)) },
            ModelEventKind.RolledBack => updated with { Aliases = state.Aliases.SetItem(Required(fact.Alias), PointBack(state, fact, document)) },
            ModelEventKind.AliasRemoved => updated with { Aliases = state.Aliases.Remove(Required(fact.Alias)) },
            ModelEventKind.VersionDeleted => Delete(updated, fact),
            ModelEventKind.ModelDeleted => ModelState.Empty with { LastVersion = state.LastVersion },
            _ => ChangeVersion(updated, fact, document),
        };
    }

    private static ModelState Register(ModelState state, ModelEvent fact, DateTimeOffset time)
    {
        var version = Required(fact.Registered);
        if (fact.Version != state.LastVersion + 1 || version.Number != fact.Version)
        {
            throw new InvalidDataException($"it registers version {fact.Version} after version {state.LastVersion}.");
        }

        return state with
        {
            LastVersion = version.Number,
            Versions = state.Versions.Add(version.With(added => (added.Created, added.Updated) = (time, time))),
        };
    }

    private static ModelState ChangeVersion(ModelState state, ModelEvent fact, EventDocument<ModelEvent> document)
    {
        var before = Find(state, fact);
        var after = before.With(version =>
        {
            version.Updated = document.Time;
            switch (fact.Kind)
            {
                case ModelEventKind.Described:
                    version.Description = RecordChange.Text(before.Description, fact.Description);
                    version.IntendedUse = RecordChange.Text(before.IntendedUse, fact.IntendedUse);
                    break;
                case ModelEventKind.Tagged:
                    version.Tags = Merge(before.Tags, Required(fact.Tags));
                    break;
                case ModelEventKind.Untagged:
                    version.Tags = Without(before.Tags, Required(fact.Keys));
                    break;
                case ModelEventKind.Approved:
                    version.Approvals = [.. before.Approvals, new ModelApproval(document.Actor, document.Time, fact.Reason)];
                    break;
                case ModelEventKind.Archived or ModelEventKind.Unarchived:
                    version.Status = fact.Kind == ModelEventKind.Archived ? ModelVersionStatus.Archived : ModelVersionStatus.Ready;
                    version.StatusMessage = fact.Reason;
                    break;
                case ModelEventKind.Profiled:
                    version.Resources = Merge(before.Resources, Required(fact.Resources));
                    break;
                case ModelEventKind.MetricsAdded:
                    version.Metrics = Merge(before.Metrics, Required(fact.Metrics));
                    break;
                default:
                    throw new InvalidDataException($"an event of the kind {fact.Kind} cannot be folded.");
            }
        });
        return state with { Versions = state.Versions.SetItem(state.IndexOf(before.Number), after) };
    }

    private static ModelAlias Point(ModelState state, ModelEvent fact, EventDocument<ModelEvent> document)
    {
        var before = state.Aliases.GetValueOrDefault(Required(fact.Alias));
        var version = Find(state, fact).Number;
        return new ModelAlias
        {
            Version = version,
            Since = document.Time,
            Actor = document.Actor,
            Earlier = before is null ? [] : before.Version == version ? before.Earlier : AsList(before.Earlier).Add(before.Version),
        };
    }

    private static ModelAlias PointBack(ModelState state, ModelEvent fact, EventDocument<ModelEvent> document)
    {
        var earlier = AsList(state.Aliases.GetValueOrDefault(Required(fact.Alias))?.Earlier ?? []);
        var version = Find(state, fact).Number;
        if (fact.Steps is not { } steps || steps < 1 || steps > earlier.Count || earlier[^steps] != version)
        {
            throw new InvalidDataException($"it rolls '{fact.Alias}' back to version {version}, which the alias did not point at {fact.Steps} steps before.");
        }

        return new ModelAlias { Version = version, Since = document.Time, Actor = document.Actor, Earlier = earlier.RemoveRange(earlier.Count - steps, steps) };
    }

    private static ModelState Delete(ModelState state, ModelEvent fact)
    {
        var version = Find(state, fact).Number;
        return state with
        {
            Versions = state.Versions.RemoveAt(state.IndexOf(version)),
            Aliases = state.Aliases.ToImmutableDictionary(static alias => alias.Key, alias => Forget(alias.Value, version)),
        };
    }

    /// <summary>Takes a version out of where an alias has been, so that no step back leads to where the alias already is.</summary>
    private static ModelAlias Forget(ModelAlias alias, int version)
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

    private static ModelVersion Find(ModelState state, ModelEvent fact) =>
        state.Find(fact.Version ?? 0) ?? throw new InvalidDataException($"it names version {fact.Version}, which is not there.");

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

    private static ResourceProfile Merge(ResourceProfile? before, ResourceProfile measured) => new()
    {
        LoadTime = measured.LoadTime ?? before?.LoadTime,
        Memory = measured.Memory ?? before?.Memory,
        Latency = measured.Latency ?? before?.Latency,
    };

    private static T Required<T>(T? value)
        where T : class => value ?? throw new InvalidDataException("it lacks what its kind must say.");
}
