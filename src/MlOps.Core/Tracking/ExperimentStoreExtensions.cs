namespace MlOps.Tracking;

/// <summary>Finds experiments by their numbers, and changes experiments by the same verbs as other records.</summary>
public static class ExperimentStoreExtensions
{
    /// <summary>Finds an experiment by its numeric identifier, deleted or not.</summary>
    /// <remarks>Lists the experiments. A caller that looks one up often keeps its name, which never changes.</remarks>
    /// <param name="experiments">The experiments.</param>
    /// <param name="id">The identifier, <see cref="Experiment.Id"/>.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The experiment, or <see langword="null"/> if there is none.</returns>
    public static Task<Experiment?> FindByIdAsync(this IExperimentStore experiments, long id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        return experiments.ListAsync(cancellationToken).FirstOrDefaultAsync(experiment => experiment.Id == id, cancellationToken).AsTask();
    }

    /// <summary>Changes the display name of an experiment. Its name never changes.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="displayName">The new display name.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<Experiment> RenameAsync(
        this IExperimentStore experiments,
        string experiment,
        string displayName,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(experiments, experiment, new() { DisplayName = displayName, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Sets a tag of an experiment.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="key">The tag.</param>
    /// <param name="value">The value; <see langword="null"/> removes the tag.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<Experiment> TagAsync(
        this IExperimentStore experiments,
        string experiment,
        string key,
        string? value,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(
            experiments,
            experiment,
            new() { Tags = new Dictionary<string, string?> { [key] = value }, Reason = reason, Actor = actor },
            cancellationToken);

    /// <summary>Describes an experiment.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="description">The description, in Markdown; an empty one removes it.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<Experiment> DescribeAsync(
        this IExperimentStore experiments,
        string experiment,
        string description,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(experiments, experiment, new() { Description = description, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes an experiment. Until garbage is collected after the grace period, which deletes its runs and steps for good, it can be
    /// restored.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<Experiment> DeleteAsync(
        this IExperimentStore experiments,
        string experiment,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(experiments, experiment, new() { IsDeleted = true, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Restores a deleted experiment.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="actor">The actor; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    public static Task<Experiment> RestoreAsync(
        this IExperimentStore experiments,
        string experiment,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(experiments, experiment, new() { IsDeleted = false, Reason = reason, Actor = actor }, cancellationToken);

    private static Task<Experiment> ApplyAsync(IExperimentStore experiments, string experiment, ExperimentChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        return experiments.ChangeAsync(experiment, change, cancellationToken);
    }
}
