namespace MlOps.Tracking;

/// <summary>Convenience methods that change recorded runs.</summary>
public static class RunChangeExtensions
{
    /// <summary>Changes the name of a run.</summary>
    /// <inheritdoc cref="IExperimentTracker.ChangeRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="name">The new name.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task<Run> RenameRunAsync(
        this IExperimentTracker tracker,
        string runId,
        string name,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(tracker, runId, new() { Name = name, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Sets a tag of a run.</summary>
    /// <inheritdoc cref="IExperimentTracker.ChangeRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="key">The key of the tag.</param>
    /// <param name="value">The value of the tag; <see langword="null"/> removes the tag.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task<Run> TagRunAsync(
        this IExperimentTracker tracker,
        string runId,
        string key,
        string? value,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(
            tracker,
            runId,
            new() { Tags = new Dictionary<string, string?> { [key] = value }, Reason = reason, Actor = actor },
            cancellationToken);

    /// <summary>Changes the note of a run.</summary>
    /// <inheritdoc cref="IExperimentTracker.ChangeRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="note">The note, in Markdown. An empty string removes the note.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task<Run> DescribeRunAsync(
        this IExperimentTracker tracker,
        string runId,
        string note,
        string? reason = null,
        string? actor = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(tracker, runId, new() { Note = note, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Deletes a run. It can be restored until garbage collection purges the run after the grace period.</summary>
    /// <inheritdoc cref="IExperimentTracker.ChangeRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task<Run> DeleteRunAsync(
        this IExperimentTracker tracker, string runId, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(tracker, runId, new() { IsDeleted = true, Reason = reason, Actor = actor }, cancellationToken);

    /// <summary>Restores a deleted run.</summary>
    /// <inheritdoc cref="IExperimentTracker.ChangeRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="actor">The actor of the change; <see langword="null"/> for <see cref="MlOpsOptions.Actor"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task<Run> RestoreRunAsync(
        this IExperimentTracker tracker, string runId, string? reason = null, string? actor = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(tracker, runId, new() { IsDeleted = false, Reason = reason, Actor = actor }, cancellationToken);

    private static Task<Run> ApplyAsync(IExperimentTracker tracker, string runId, RunChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.ChangeRunAsync(runId, change, cancellationToken);
    }
}
