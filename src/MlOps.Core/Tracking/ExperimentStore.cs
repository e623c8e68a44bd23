using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Keeps experiments as logs of facts in an artifact store.</summary>
internal sealed class ExperimentStore(IArtifactStore store, TrackingOptions options, TimeProvider timeProvider) : IExperimentStore, IDisposable
{
    private static readonly EventLogSchema<ExperimentEvent, ExperimentState> s_schema = new(
        ExperimentState.Empty, ExperimentState.Apply, TrackingJson.Default.EventDocumentExperimentEvent, TrackingJson.Default.CheckpointDocumentExperimentState);

    private readonly ConcurrentDictionary<string, EventLog<ExperimentEvent, ExperimentState>> _logs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<Experiment?> FindAsync(string experiment, CancellationToken cancellationToken = default)
    {
        var log = LogOf(experiment);
        var snapshot = await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (snapshot.Sequence > 0)
        {
            return snapshot.State.ToExperiment(experiment);
        }

        _logs.TryRemove(KeyValuePair.Create(experiment, log)); // names that were asked for and never used must not fill the memory
        return null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Experiment> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var name in RecordFolders.ListNamesAsync(store, TrackingPaths.Experiments, cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } experiment)
            {
                yield return experiment;
            }
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
        };
        var (_, after) = await LogOf(experiment).AppendAsync(_ => changed, options.Author ?? RecordText.SystemUser, cancellationToken).ConfigureAwait(false);
        return after.State.ToExperiment(experiment);
    }

    /// <summary>Makes sure that there is an experiment that runs can be added to.</summary>
    /// <exception cref="InvalidOperationException">It is deleted.</exception>
    public async Task RequireAsync(string experiment, CancellationToken cancellationToken)
    {
        var found = await FindAsync(experiment, cancellationToken).ConfigureAwait(false)
            ?? await ChangeAsync(experiment, new ExperimentChange(), cancellationToken).ConfigureAwait(false);
        if (found.IsDeleted)
        {
            throw new InvalidOperationException(
                $"The experiment '{experiment}' is deleted, so no run can be started in it. Restore it with ChangeAsync and IsDeleted = false, or use another name.");
        }
    }

    /// <summary>Reads the whole log of an experiment and finds whatever was changed, removed or moved.</summary>
    public Task VerifyAsync(string experiment, CancellationToken cancellationToken) => LogOf(experiment).ReplayAsync(cancellationToken);

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }
    }

    private EventLog<ExperimentEvent, ExperimentState> LogOf(string experiment)
    {
        var folder = TrackingPaths.Experiment(experiment);
        return _logs.GetOrAdd(experiment, _ => new EventLog<ExperimentEvent, ExperimentState>(store, folder, s_schema, timeProvider, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }
}
