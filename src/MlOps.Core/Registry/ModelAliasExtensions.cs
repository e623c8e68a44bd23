namespace MlOps.Registry;

/// <summary>Aliases of models: setting, removing, rolling back, and finding versions by them.</summary>
/// <remarks>Aliases have 1 to 255 of <c>A–Z a–z 0–9 _ -</c> and do not read as a version. Case does not distinguish: an alias that is there keeps its spelling.</remarks>
public static class ModelAliasExtensions
{
    /// <summary>Points an alias at a version, if the version passes the alias's gates.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="expectedVersion">Where the alias must point now; 0 for nowhere, <see langword="null"/> for anywhere. Of several changes that expect the same, one is made.</param>
    /// <param name="reason">Why.</param>
    /// <param name="force">Whether to overrule gates that fail; then a reason is needed, and both are in the history.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> SetAliasAsync(
        this IModelRegistry registry,
        string model,
        string alias,
        int version,
        int? expectedVersion = null,
        string? reason = null,
        bool force = false,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var change = new ModelChange
        {
            Kind = ModelEventKind.AliasSet,
            Alias = alias,
            Version = version,
            ExpectedVersion = expectedVersion,
            Reason = reason,
            Force = force,
            Actor = actor,
        };
        return registry.ChangeAsync(model, change, cancellationToken);
    }

    /// <summary>Removes an alias, and with it where it pointed before.</summary>
    /// <inheritdoc cref="SetAliasAsync"/>
    public static Task<RegisteredModel> RemoveAliasAsync(
        this IModelRegistry registry,
        string model,
        string alias,
        int? expectedVersion = null,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var change = new ModelChange { Kind = ModelEventKind.AliasRemoved, Alias = alias, ExpectedVersion = expectedVersion, Reason = reason, Actor = actor };
        return registry.ChangeAsync(model, change, cancellationToken);
    }

    /// <summary>Points an alias back at a version it pointed at before. No gate is asked.</summary>
    /// <remarks>Rolling back twice by one step is rolling back by two: a step back adds nothing to where the alias has been.</remarks>
    /// <inheritdoc cref="SetAliasAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="steps">How many moves of the alias to undo; <see cref="ModelAlias.Earlier"/> shows them.</param>
    /// <param name="expectedVersion">Where the alias must point now; <see langword="null"/> for anywhere.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> RollBackAsync(
        this IModelRegistry registry,
        string model,
        string alias,
        int steps = 1,
        int? expectedVersion = null,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var change = new ModelChange
        {
            Kind = ModelEventKind.RolledBack,
            Alias = alias,
            Steps = steps,
            ExpectedVersion = expectedVersion,
            Reason = reason,
            Actor = actor,
        };
        return registry.ChangeAsync(model, change, cancellationToken);
    }

    /// <summary>Gets a version by alias or number.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="aliasOrNumber">An alias such as <c>production</c>, or a number such as <c>3</c>.</param>
    /// <param name="maxAge">How old the answer may be; within that, a model looked up before costs no request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The version.</returns>
    /// <exception cref="VersionNotFoundException">The model or version is not there; the message says which versions and aliases are.</exception>
    public static async Task<ModelVersion> GetVersionAsync(
        this IModelRegistry registry, string model, string aliasOrNumber, TimeSpan maxAge = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var found = await registry.FindAsync(model, maxAge, cancellationToken).ConfigureAwait(false)
            ?? throw await ModelNames.DescribeMissingAsync(registry, model, setting: "", cancellationToken).ConfigureAwait(false);
        return found.Get(aliasOrNumber);
    }
}
