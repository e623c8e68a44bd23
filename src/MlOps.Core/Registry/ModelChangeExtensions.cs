namespace MlOps.Registry;

/// <summary>Extension methods that change models and versions. <see cref="ModelAliasExtensions"/> changes aliases.</summary>
public static class ModelChangeExtensions
{
    /// <summary>Creates a model without a version.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="description">The description.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="VersionConflictException">The model already exists.</exception>
    public static Task<RegisteredModel> CreateAsync(
        this IModelRegistry registry,
        string model,
        string? description = null,
        IReadOnlyDictionary<string, string>? tags = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Created, Description = description, Tags = tags, Actor = actor }, cancellationToken);

    /// <summary>Sets the description of a model or a version, or the intended use of a version.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the model.</param>
    /// <param name="description">The description. An empty text removes it; <see langword="null"/> leaves it unchanged.</param>
    /// <param name="intendedUse">The intended use of the version. An empty text removes it; <see langword="null"/> leaves it unchanged.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> DescribeAsync(
        this IModelRegistry registry,
        string model,
        int? version = null,
        string? description = null,
        string? intendedUse = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        var change = new ModelChange
        {
            Kind = ModelEventKind.Described,
            Version = version,
            Description = description,
            IntendedUse = intendedUse,
            Actor = actor,
        };
        return registry.ApplyAsync(model, change, cancellationToken);
    }

    /// <summary>Sets or removes a tag of a model or a version.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="key">The key of the tag, 1 to 250 characters.</param>
    /// <param name="value">The value, at most 100,000 characters. <see langword="null"/> removes the tag, if it exists.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the model.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> TagAsync(
        this IModelRegistry registry,
        string model,
        string key,
        string? value,
        int? version = null,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        var change = value is null
            ? new ModelChange { Kind = ModelEventKind.Untagged, Version = version, Keys = [key], Actor = actor }
            : new ModelChange { Kind = ModelEventKind.Tagged, Version = version, Tags = new Dictionary<string, string> { [key] = value }, Actor = actor };
        return registry.ApplyAsync(model, change, cancellationToken);
    }

    /// <summary>Approves a version. The gate <c>approvals</c> counts approvals by persons other than the author of the version.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="actor">The person who approves. The caller must authenticate the person.</param>
    /// <param name="comment">The comment of the person.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> ApproveAsync(
        this IModelRegistry registry, string model, int version, string actor, string? comment = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return registry.ApplyAsync(
            model, new ModelChange { Kind = ModelEventKind.Approved, Version = version, Reason = comment, Actor = actor }, cancellationToken);
    }

    /// <summary>Sets the measured resource usage of a version on one kind of machine.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <remarks>Each kind of machine (<see cref="ResourceProfile.Machine"/>) has separate values. Serving sets them when it loads the version, and
    /// <see cref="Serving.IResourceMeter"/> sets them on demand.</remarks>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="resources">The measured resource usage; null properties are left unchanged.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> SetResourcesAsync(
        this IModelRegistry registry,
        string model,
        int version,
        ResourceProfile resources,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(
            model, new ModelChange { Kind = ModelEventKind.Profiled, Version = version, Resources = resources, Actor = actor }, cancellationToken);

    /// <summary>Adds metrics to a registered version, such as the metrics of a later evaluation.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <remarks>
    /// The version may be archived or have aliases. No alias moves; gates are evaluated the next time an alias is set. Releases of MlOps.Core without this
    /// method cannot read a model with such an event; their error message states that an update is required.
    /// </remarks>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="metrics">The metrics by name. NaN and infinite values are allowed.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="ArgumentException">The version has the metric with another value, or has a metric whose name differs only in case.</exception>
    public static Task<RegisteredModel> AddMetricsAsync(
        this IModelRegistry registry,
        string model,
        int version,
        IReadOnlyDictionary<string, double> metrics,
        string? actor = null,
        CancellationToken cancellationToken = default)
    {
        var change = new ModelChange { Kind = ModelEventKind.MetricsAdded, Version = version, Metrics = metrics, Actor = actor };
        return registry.ApplyAsync(model, change, cancellationToken);
    }

    /// <summary>Archives a version. The version is kept, but no alias may point at it.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="VersionConflictException">An alias points at the version. The message names the aliases.</exception>
    public static Task<RegisteredModel> ArchiveAsync(
        this IModelRegistry registry, string model, int version, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Archived, Version = version, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Unarchives a version.</summary>
    /// <inheritdoc cref="ArchiveAsync"/>
    public static Task<RegisteredModel> UnarchiveAsync(
        this IModelRegistry registry, string model, int version, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Unarchived, Version = version, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes a version. Its number is not reused. A garbage collection deletes its content later.</summary>
    /// <inheritdoc cref="ArchiveAsync"/>
    public static Task<RegisteredModel> DeleteVersionAsync(
        this IModelRegistry registry, string model, int version, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(
            model, new ModelChange { Kind = ModelEventKind.VersionDeleted, Version = version, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes a model with all its versions. The history is kept, and a later model with the same name continues the numbers of the
    /// versions.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="reason">The reason, which the history records.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>A task that completes when the deletion is recorded.</returns>
    /// <exception cref="VersionConflictException">The model has aliases. The message names the aliases.</exception>
    public static Task DeleteModelAsync(
        this IModelRegistry registry, string model, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.ModelDeleted, Reason = reason, Actor = actor }, cancellationToken);

    private static Task<RegisteredModel> ApplyAsync(this IModelRegistry registry, string model, ModelChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.ChangeAsync(model, change, cancellationToken);
    }
}
