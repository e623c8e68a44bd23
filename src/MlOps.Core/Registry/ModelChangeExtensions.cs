namespace MlOps.Registry;

/// <summary>Changes to models and versions, other than of aliases.</summary>
public static class ModelChangeExtensions
{
    /// <summary>Creates a model that has no version yet.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="VersionConflictException">There is such a model.</exception>
    public static Task<RegisteredModel> CreateAsync(
        this IModelRegistry registry,
        string model,
        string? description = null,
        IReadOnlyDictionary<string, string>? tags = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Created, Description = description, Tags = tags, Actor = actor }, cancellationToken);

    /// <summary>Describes a model, or a version of it.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The version's number; <see langword="null"/> for the model.</param>
    /// <param name="description">What it is; empty removes the description, <see langword="null"/> leaves it.</param>
    /// <param name="intendedUse">What the version is for; empty removes it, <see langword="null"/> leaves it.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
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

    /// <summary>Sets a tag of a version, or of the model.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="key">The tag's key, 1 to 250 characters.</param>
    /// <param name="value">Its value, at most 100,000 characters; may be empty. <see langword="null"/> removes the tag.</param>
    /// <param name="version">The version's number; <see langword="null"/> for the model.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
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

    /// <summary>Removes a tag of a version, or of the model; one that is not there is no error.</summary>
    /// <inheritdoc cref="TagAsync"/>
    public static Task<RegisteredModel> UntagAsync(
        this IModelRegistry registry, string model, string key, int? version = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Untagged, Version = version, Keys = [key], Actor = actor }, cancellationToken);

    /// <summary>Records that somebody approves a version. Approvals by others than the author count for the gates of aliases.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="actor">Who approves. That they are who they say is for the caller to make sure.</param>
    /// <param name="comment">What else they say.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> ApproveAsync(
        this IModelRegistry registry, string model, int version, string actor, string? comment = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return registry.ApplyAsync(
            model, new ModelChange { Kind = ModelEventKind.Approved, Version = version, Reason = comment, Actor = actor }, cancellationToken);
    }

    /// <summary>Records what a version was measured to need.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="resources">What was measured; what is <see langword="null"/> in it stays as it was.</param>
    /// <param name="actor">Who measured; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<RegisteredModel> ProfileAsync(
        this IModelRegistry registry,
        string model,
        int version,
        ResourceProfile resources,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(
            model, new ModelChange { Kind = ModelEventKind.Profiled, Version = version, Resources = resources, Actor = actor }, cancellationToken);

    /// <summary>Adds metrics to a version that is registered, such as those of an evaluation that ends later.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <remarks>
    /// An archived version and one that has aliases may be given metrics too. No alias moves, and gates are evaluated when an alias is set the next time.
    /// Versions of MlOps.Core before this method do not read a model that has such an event, and name the update as the remedy.
    /// </remarks>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="metrics">The metrics by name; NaN and the infinities are recorded.</param>
    /// <param name="actor">Who measured; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="ArgumentException">The version has such a metric with another value, or one whose name differs in case alone.</exception>
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

    /// <summary>Archives a version: it is kept, and no alias may point at it.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <exception cref="VersionConflictException">An alias points at it; the message names the aliases.</exception>
    public static Task<RegisteredModel> ArchiveAsync(
        this IModelRegistry registry, string model, int version, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Archived, Version = version, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Makes an archived version ready again.</summary>
    /// <inheritdoc cref="ArchiveAsync"/>
    public static Task<RegisteredModel> UnarchiveAsync(
        this IModelRegistry registry, string model, int version, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.Unarchived, Version = version, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes a version. Its number is never given again; its bytes go when garbage is next collected.</summary>
    /// <inheritdoc cref="ArchiveAsync"/>
    public static Task<RegisteredModel> DeleteVersionAsync(
        this IModelRegistry registry, string model, int version, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(
            model, new ModelChange { Kind = ModelEventKind.VersionDeleted, Version = version, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes a model with all its versions. Its history stays, and a model created anew under its name goes on with the numbers.</summary>
    /// <inheritdoc cref="IModelRegistry.ChangeAsync"/>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who does it; <see langword="null"/> for the default of <see cref="ModelChange.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>A task that ends when the deletion is recorded.</returns>
    /// <exception cref="VersionConflictException">It has aliases; the message names them.</exception>
    public static Task DeleteModelAsync(
        this IModelRegistry registry, string model, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        registry.ApplyAsync(model, new ModelChange { Kind = ModelEventKind.ModelDeleted, Reason = reason, Actor = actor }, cancellationToken);

    private static Task<RegisteredModel> ApplyAsync(this IModelRegistry registry, string model, ModelChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.ChangeAsync(model, change, cancellationToken);
    }
}
