namespace MlOps.Tracking;

/// <summary>Convenience methods for <see cref="IExperimentStore"/>.</summary>
public static class ExperimentStoreExtensions
{
    /// <summary>Finds an experiment by its numeric identifier. The experiment can be deleted.</summary>
    /// <remarks>This method lists all experiments. To find an experiment repeatedly, keep its name, which never changes.</remarks>
    /// <param name="experiments">The store.</param>
    /// <param name="id">The identifier of the experiment (<see cref="Experiment.Id"/>).</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The experiment, or <see langword="null"/> if it does not exist.</returns>
    public static Task<Experiment?> FindByIdAsync(this IExperimentStore experiments, long id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        return experiments.ListAsync(cancellationToken).FirstOrDefaultAsync(experiment => experiment.Id == id, cancellationToken).AsTask();
    }

    /// <summary>Changes the display name of an experiment. The name itself never changes.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="displayName">The new display name.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
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
    /// <param name="key">The key of the tag.</param>
    /// <param name="value">The value of the tag; <see langword="null"/> removes the tag.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
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

    /// <summary>Changes the description of an experiment.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="description">The description, in Markdown. An empty string removes the description.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task<Experiment> DescribeAsync(
        this IExperimentStore experiments,
        string experiment,
        string description,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(experiments, experiment, new() { Description = description, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes an experiment. It can be restored until garbage collection permanently deletes the experiment, its runs and its
    /// steps after the grace period.</summary>
    /// <inheritdoc cref="IExperimentStore.ChangeAsync"/>
    /// <param name="experiments">The store.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
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
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
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
