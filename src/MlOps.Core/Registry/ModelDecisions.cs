using System.Globalization;

namespace MlOps.Registry;

/// <summary>Validates changes against the latest state of the model and converts them to events.</summary>
internal static class ModelDecisions
{
    private const string DeletedModelRemedy =
        "The model was deleted. Register a version with RegisterAsync, or create the model without a version with CreateAsync.";

    /// <summary>Converts a change to its event.</summary>
    /// <exception cref="VersionNotFoundException">The model, the version or the alias does not exist.</exception>
    /// <exception cref="VersionConflictException">An alias does not point at the expected version, or prevents the change.</exception>
    /// <exception cref="PromotionRefusedException">A gate failed.</exception>
    public static ModelEvent Decide(string model, ModelState state, ModelChange change, RegistryOptions options)
    {
        if (state.Exists == (change.Kind == ModelEventKind.Created))
        {
            throw state.Exists
                ? new VersionConflictException($"The model '{model}' already exists. Change the existing model, or use another name.")
                : new VersionNotFoundException("model", model, null, DeletedModelRemedy);
        }

        var version = change.Version is { } number ? Find(model, state, number) : null;
        return change.Kind switch
        {
            ModelEventKind.AliasSet => SetAlias(model, state, change, FindStored(model, state, change.Alias!), version!, options),
            ModelEventKind.AliasRemoved => RemoveAlias(model, state, change, FindStored(model, state, change.Alias!)),
            ModelEventKind.RolledBack => RollBack(model, state, change, FindStored(model, state, change.Alias!)),
            ModelEventKind.Archived or ModelEventKind.VersionDeleted => Retire(model, state, change, version!),
            ModelEventKind.ModelDeleted => DeleteModel(model, state, change),
            ModelEventKind.MetricsAdded => AddMetrics(model, change, version!),
            ModelEventKind.AlertRaised or ModelEventKind.AlertResolved => ChangeAlert(model, state, change),
            ModelEventKind.Profiled when change.KeepsRecorded => AddResources(model, change, version!),
            _ => ToEvent(change),
        };
    }

    /// <summary>Gets the stored spelling of an alias, or the alias itself if it is not stored.</summary>
    /// <exception cref="VersionConflictException">Several stored aliases differ from the alias only in case.</exception>
    private static string FindStored(string model, ModelState state, string alias)
    {
        if (state.FindAlias(alias) is { } stored)
        {
            return stored;
        }

        string[] spellings =
        [
            .. state.Aliases.Keys.Where(other => string.Equals(other, alias, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal),
        ];
        return spellings.Length == 0
            ? alias
            : throw new VersionConflictException(
                $"The alias '{alias}' of the model '{model}' is ambiguous: the model has {Describe(spellings)}, which differ only in case. "
                + "Use the exact spelling of one of them, or remove one.");
    }

    private static ModelEvent SetAlias(string model, ModelState state, ModelChange change, string alias, ModelVersion version, RegistryOptions options)
    {
        var current = FindCurrent(model, state, change, alias);
        if (version.Status == ModelVersionStatus.Archived)
        {
            throw new VersionConflictException(
                $"The alias '{alias}' of the model '{model}' cannot point at version {version.Number}, which is archived. "
                + "Unarchive the version first, or choose another version.");
        }

        var gates = options.Aliases.TryGetValue(alias, out var policy)
            ? PromotionGateEvaluator.Evaluate(policy, version, current is null ? null : state.Find(current.Version))
            : null;
        if (PromotionGateEvaluator.EvaluateFormat(version, options) is { } format)
        {
            gates = [format, .. gates ?? []];
        }

        var failed = gates?.Where(static gate => !gate.Passed).ToArray() ?? [];
        return failed.Length > 0 && !change.Force
            ? throw new PromotionRefusedException(model, alias, version.Number, failed)
            : ToEvent(change, alias, current?.Version, gates: gates, forced: failed.Length > 0);
    }

    private static ModelEvent RemoveAlias(string model, ModelState state, ModelChange change, string alias) =>
        FindCurrent(model, state, change, alias) is { } current ? ToEvent(change, alias, current.Version) : throw RegisteredModel.NotFound(model, state, alias);

    private static ModelEvent RollBack(string model, ModelState state, ModelChange change, string alias)
    {
        var current = FindCurrent(model, state, change, alias) ?? throw RegisteredModel.NotFound(model, state, alias);
        var steps = change.Steps ?? 1;
        if (steps > current.Earlier.Count)
        {
            var most = current.Earlier.Count;
            throw new VersionConflictException(
                $"The alias '{alias}' of the model '{model}' cannot be rolled back (steps: {steps}): before version {current.Version}, it pointed at "
                + $"{Describe(current.Earlier)}. {(most == 0 ? "Set" : $"Specify at most {most} for the steps, or set")} the alias to a version.");
        }

        var target = Find(model, state, current.Earlier[^steps]);
        return target.Status == ModelVersionStatus.Archived
            ? throw new VersionConflictException(
                $"The alias '{alias}' of the model '{model}' cannot be rolled back {steps} steps to version {target.Number}, which is archived. "
                + $"Unarchive the version first, or roll back another number of steps. The alias pointed at {Describe(current.Earlier)}.")
            : ToEvent(change, alias, current.Version, target.Number, steps: steps);
    }

    private static ModelEvent Retire(string model, ModelState state, ModelChange change, ModelVersion version)
    {
        if (RegisteredModel.AliasesOf(state, version.Number) is { Count: > 0 } aliases)
        {
            throw new VersionConflictException(
                $"Version {version.Number} of the model '{model}' is in use: {Describe(aliases)} {(aliases.Count == 1 ? "points" : "point")} at it. "
                + "Remove the aliases first, or set them to another version.");
        }

        return ToEvent(change);
    }

    private static ModelEvent DeleteModel(string model, ModelState state, ModelChange change) => state.Aliases.Count == 0
        ? ToEvent(change)
        : throw new VersionConflictException(
            $"The model '{model}' is in use: it has {Describe([.. state.Aliases.Keys.Order(StringComparer.Ordinal)])}. Remove the aliases first.");

    /// <summary>Adds metrics. A recorded value cannot be changed, under any spelling of its name, because gates have compared it.</summary>
    private static ModelEvent AddMetrics(string model, ModelChange change, ModelVersion version)
    {
        foreach (var (name, value) in change.Metrics!)
        {
            var has = version.Metrics.TryGetValue(name, out var before);
            if (has && !before.Equals(value)) // NaN equals NaN
            {
                throw Refuse($"has the metric '{name}' with the value {before}, which cannot be changed to {value}.");
            }

            var names = has ? [] : version.Metrics.Keys.Concat(change.Metrics.Keys);
            if (names.FirstOrDefault(other => other != name && other.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } similar)
            {
                throw Refuse($"cannot have both the metric '{name}' and '{similar}', because gates ignore the case of metrics.");
            }
        }

        return ToEvent(change);

        ArgumentException Refuse(FormattableString fault) => new(string.Create(
            CultureInfo.InvariantCulture,
            $"Version {version.Number} of the model '{model}' {FormattableString.Invariant(fault)} Add the metric with another name."));
    }

    /// <summary>Raises or resolves an alert. Of several instances that decide at the same time, one records the change.</summary>
    private static ModelEvent ChangeAlert(string model, ModelState state, ModelChange change)
    {
        var (alert, raise) = (change.Alert!, change.Kind == ModelEventKind.AlertRaised);
        var last = state.Alerts?.GetValueOrDefault(alert.Key);
        var known = last is null ? "was never raised" : $"{(raise ? "is active" : "is resolved")} since {last.Since:u}";
        return (last?.IsActive ?? false) == raise
            ? throw new VersionConflictException(
                $"The alert '{alert.Key}' of the model '{model}' {known}. "
                + "Nothing was recorded. Find the model again, and repeat the change if it still applies.")
            : last is not null && alert.WindowEnd <= last.WindowEnd
                ? throw new VersionConflictException(
                    $"The alert '{alert.Key}' of the model '{model}' was last changed for the period to {last.WindowEnd:u}, which is not before "
                    + $"{alert.WindowEnd:u}. Nothing was recorded. Decide again with later data.")
                : ToEvent(change);
    }

    /// <summary>Adds the measured values that are not recorded for the kind of machine, so that several processes record them once.</summary>
    private static ModelEvent AddResources(string model, ModelChange change, ModelVersion version)
    {
        var measured = change.Resources!.Except(version.FindResources(change.Resources.Machine));
        return measured.IsEmpty
            ? throw new VersionConflictException(
                $"The resources of version {version.Number} of the model '{model}' are already recorded for machines of the kind '{measured.Machine}'. "
                + "To replace them, call SetResourcesAsync.")
            : ToEvent(change, resources: measured);
    }

    /// <summary>Gets the current alias, which must point at the version that the change expects.</summary>
    private static ModelAlias? FindCurrent(string model, ModelState state, ModelChange change, string alias)
    {
        var current = state.Aliases.GetValueOrDefault(alias);
        return change.ExpectedVersion is { } expected && (current?.Version ?? 0) != expected
            ? throw new VersionConflictException(
                $"The alias '{alias}' of the model '{model}' was expected {At(expected)}, but {Actual(current?.Version)}. "
                + "Find the model again, and repeat the change if it still applies.")
            : current;

        static string At(int version) => version == 0 ? "not to exist" : string.Create(CultureInfo.InvariantCulture, $"to point at version {version}");

        static string Actual(int? version) => version is null ? "does not exist" : string.Create(CultureInfo.InvariantCulture, $"points at version {version}");
    }

    private static ModelVersion Find(string model, ModelState state, int number) =>
        state.Find(number) ?? throw RegisteredModel.NotFound(model, state, number.ToString(CultureInfo.InvariantCulture));

    private static string Describe(IReadOnlyList<int> versions) =>
        versions.Count == 0 ? "no version" : $"the versions {string.Join(", ", versions)} (oldest first)";

    private static string Describe(IReadOnlyList<string> aliases) =>
        $"the alias{(aliases.Count == 1 ? "" : "es")} {string.Join(", ", aliases.Select(static alias => $"'{alias}'"))}";

    private static ModelEvent ToEvent(
        ModelChange change,
        string? alias = null,
        int? previous = null,
        int? version = null,
        int? steps = null,
        IReadOnlyList<GateResult>? gates = null,
        bool forced = false,
        ResourceProfile? resources = null) => new()
        {
            Kind = change.Kind,
            Version = version ?? change.Version,
            Alias = alias,
            Previous = previous,
            Steps = steps,
            Reason = change.Reason,
            Forced = forced,
            Gates = gates,
            Tags = change.Tags,
            Keys = change.Keys,
            Description = change.Description,
            IntendedUse = change.IntendedUse,
            Resources = resources ?? change.Resources,
            Metrics = change.Metrics,
            Alert = change.Alert,
        };
}
