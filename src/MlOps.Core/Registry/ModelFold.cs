using System.Collections.Immutable;
using MlOps.Events;

namespace MlOps.Registry;

/// <summary>Folds the facts of a model to its state. A fact that contradicts the facts before it is an error, never a guess.</summary>
internal static class ModelFold
{
    /// <summary>Adds a fact.</summary>
    /// <exception cref="InvalidDataException">It is of an unknown kind, or contradicts the state.</exception>
    public static ModelState Apply(ModelState state, EventDocument<ModelEvent> document)
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
            ModelEventKind.Described when fact.Version is null => updated with { Description = NullIfEmpty(fact.Description) },
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
            Versions = state.Versions.Add(new ModelVersion(version) { Created = time, Updated = time }),
        };
    }

    private static ModelState ChangeVersion(ModelState state, ModelEvent fact, EventDocument<ModelEvent> document)
    {
        var before = Find(state, fact);
        var after = fact.Kind switch
        {
            ModelEventKind.Described => new ModelVersion(before)
            {
                Updated = document.Time,
                Description = fact.Description is null ? before.Description : NullIfEmpty(fact.Description),
                IntendedUse = fact.IntendedUse is null ? before.IntendedUse : NullIfEmpty(fact.IntendedUse),
            },
            ModelEventKind.Tagged => new ModelVersion(before) { Updated = document.Time, Tags = Merge(before.Tags, Required(fact.Tags)) },
            ModelEventKind.Untagged => new ModelVersion(before) { Updated = document.Time, Tags = Without(before.Tags, Required(fact.Keys)) },
            ModelEventKind.Approved => new ModelVersion(before)
            {
                Updated = document.Time,
                Approvals = [.. before.Approvals, new ModelApproval(document.Actor, document.Time, fact.Reason)],
            },
            ModelEventKind.Archived => new ModelVersion(before) { Updated = document.Time, Status = ModelVersionStatus.Archived, StatusMessage = fact.Reason },
            ModelEventKind.Unarchived => new ModelVersion(before) { Updated = document.Time, Status = ModelVersionStatus.Ready, StatusMessage = fact.Reason },
            ModelEventKind.Profiled => new ModelVersion(before) { Updated = document.Time, Resources = Merge(before.Resources, Required(fact.Resources)) },
            _ => throw new InvalidDataException($"a change of the kind {fact.Kind} cannot be folded."),
        };
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
            By = document.Actor,
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

        return new ModelAlias { Version = version, Since = document.Time, By = document.Actor, Earlier = earlier.RemoveRange(earlier.Count - steps, steps) };
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

        return new ModelAlias { Version = alias.Version, Since = alias.Since, By = alias.By, Earlier = earlier.ToImmutable() };
    }

    private static ModelVersion Find(ModelState state, ModelEvent fact) =>
        state.Find(fact.Version ?? 0) ?? throw new InvalidDataException($"it names version {fact.Version}, which is not there.");

    private static ImmutableList<int> AsList(IReadOnlyList<int> numbers) => numbers as ImmutableList<int> ?? [.. numbers];

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> set)
    {
        var merged = new Dictionary<string, string>(before, StringComparer.Ordinal);
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

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static T Required<T>(T? value)
        where T : class => value ?? throw new InvalidDataException("it lacks what its kind must say.");
}
