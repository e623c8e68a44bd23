using System.Runtime.CompilerServices;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Stores experiments as records in an artifact store.</summary>
internal sealed class ExperimentStore(ExperimentRecords records) : IExperimentStore
{
    /// <inheritdoc/>
    public async Task<Experiment?> FindAsync(string experiment, CancellationToken cancellationToken = default) =>
        await records.FindAsync(experiment, cancellationToken).ConfigureAwait(false) is { } snapshot ? new Experiment(experiment, snapshot.State) : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Experiment> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (name, snapshot) in records.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new Experiment(name, snapshot.State);
        }
    }

    /// <inheritdoc/>
    public async Task<Experiment> ChangeAsync(string experiment, ExperimentChange change, CancellationToken cancellationToken = default)
    {
        TrackingRules.Validate(change);
        var changed = new ExperimentEvent
        {
            DisplayName = change.DisplayName,
            Description = change.Description,
            Tags = change.Tags.Count == 0 ? null : change.Tags,
            IsDeleted = change.IsDeleted,
            Reason = change.Reason,
        };
        var after = await records.AppendAsync(experiment, _ => changed, change.Actor, cancellationToken).ConfigureAwait(false);
        return new Experiment(experiment, after.State);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string experiment, CancellationToken cancellationToken = default) =>
        records.ReadHistoryAsync(experiment, cancellationToken);

    /// <summary>Creates the experiment if it does not exist, and verifies that runs can be added to it and that the store is still the
    /// same.</summary>
    /// <exception cref="InvalidOperationException">The experiment is deleted.</exception>
    public async Task EnsureActiveAsync(string experiment, CancellationToken cancellationToken)
    {
        var confirmed = await records.ConfirmAsync(experiment, cancellationToken).ConfigureAwait(false);
        var found = confirmed is null
            ? await ChangeAsync(experiment, new ExperimentChange(), cancellationToken).ConfigureAwait(false)
            : new Experiment(experiment, confirmed.State);
        if (found.IsDeleted)
        {
            throw new InvalidOperationException(
                $"The experiment '{experiment}' is deleted, so no run can be started in it. "
                + "Restore the experiment with IExperimentStore.RestoreAsync, or use a different name.");
        }
    }
}
