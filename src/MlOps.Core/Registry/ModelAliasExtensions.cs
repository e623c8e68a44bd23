namespace MlOps.Registry;

/// <summary>Extension methods that set, remove and roll back aliases, and that find versions by alias.</summary>
/// <remarks>
/// An alias consists of 1 to 255 of the characters <c>A–Z a–z 0–9 _ -</c>. It must not be <c>latest</c>, a number, or <c>v</c> followed by a number. Aliases
/// are case-insensitive; an existing alias keeps its spelling.
/// </remarks>
public static class ModelAliasExtensions
{
    /// <summary>Points an alias at a version, if the version passes the gates of the alias.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="expectedVersion">
    /// The number of the version that the alias must point at before the change: 0 if the alias must not exist, <see langword="null"/> for any version. If
    /// several changes expect the same version, only one succeeds.
    /// </param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="force">Whether to set the alias even if gates fail. A reason is then required, and the history records it with the failed gates.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
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

    /// <summary>Removes an alias and the list of the versions that it pointed at before.</summary>
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

    /// <summary>Points an alias back at a version that it pointed at before. Gates are not evaluated.</summary>
    /// <remarks>Two rollbacks by one step have the same result as one rollback by two steps.</remarks>
    /// <inheritdoc cref="SetAliasAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="steps">The number of moves of the alias to undo. See <see cref="ModelAlias.Earlier"/>.</param>
    /// <param name="expectedVersion">The number of the version that the alias must point at before the change; <see langword="null"/> for any
    /// version.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
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
    /// <param name="model">The name of the model.</param>
    /// <param name="aliasOrNumber">An alias such as <c>production</c>, or a number such as <c>3</c>.</param>
    /// <param name="maxAge">The maximum age of a cached result, which costs no request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The version.</returns>
    /// <exception cref="VersionNotFoundException">The model or the version does not exist. The message lists the existing versions and aliases.</exception>
    public static async Task<ModelVersion> GetVersionAsync(
        this IModelRegistry registry, string model, string aliasOrNumber, TimeSpan maxAge = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var found = await registry.FindAsync(model, maxAge, cancellationToken).ConfigureAwait(false)
            ?? throw await MissingModel.CreateExceptionAsync(registry, model, setting: "", cancellationToken).ConfigureAwait(false);
        return found.Get(aliasOrNumber);
    }
}
