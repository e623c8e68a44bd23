using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Copies everything, or a folder, from one artifact store to another while the source is in use.</summary>
/// <remarks>
/// <para>Thread-safe; several migrations, in this process or others, may run at the same time. Nothing to dispose; the stores stay open.</para>
/// <para>Order: an event appears at the target only when all that the source had before it is there, and the events of a log appear in order. So whoever reads the target sees at any moment
/// each model and dataset as it once was at the source. What is written at the source during a run comes with it or with the next one.</para>
/// <para>Repeats: a run copies only what the target has not, and so also goes on where an earlier one was cancelled, failed or was killed. To move: run, run again, stop the writers,
/// run once more, and change <c>MlOps:Storage:Provider</c>.</para>
/// <para>The target is never deleted from, and never gets what is only its own store's: the marker, checkpoints, which are caches, and the notes of garbage collections. Artifacts that are neither
/// content nor events are replaced where they differ. Garbage may be collected at either end meanwhile: what waits at the target for its events is kept or copied again.</para>
/// <para>Damage: what is damaged at the source is left out and named in the report; the rest is copied. Of a log with a damaged or missing event, only the events before it are.</para>
/// </remarks>
public sealed class ArtifactMigrator
{
    private const int MaxParallelism = 256;
    private readonly IArtifactStore _source;
    private readonly IArtifactStore _target;
    private readonly TimeProvider _timeProvider;

    /// <summary>Initializes a migration; nothing is read yet.</summary>
    /// <param name="source">The store to copy from; only read.</param>
    /// <param name="target">The store to copy to.</param>
    /// <param name="timeProvider">The clock of rates, durations, and the grace periods of garbage collections; <see langword="null"/> for the system's.</param>
    /// <exception cref="ArgumentException">Both are the same store.</exception>
    public ArtifactMigrator(IArtifactStore source, IArtifactStore target, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (ReferenceEquals(source, target))
        {
            throw new ArgumentException("The source and the target are the same store. Give the store to copy to, such as another key's.", nameof(target));
        }

        _source = source;
        _target = target;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Copies what the target has not, and makes sure of it.</summary>
    /// <param name="options">What to copy, and how; <see langword="null"/> for everything.</param>
    /// <param name="progress">Told of each artifact looked at.</param>
    /// <param name="cancellationToken">Cancels the run; what was copied by then stays, and the next run goes on from there.</param>
    /// <returns>What was copied, and every fault; look at <see cref="MigrationReport.IsComplete"/>.</returns>
    /// <exception cref="ArgumentException">The source and the target are one store, or one is inside the other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The parallelism is not from 1 to 256.</exception>
    /// <exception cref="LogsDivergedException">A log has other events at the target than at the source.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials of one of the stores do not allow it.</exception>
    /// <exception cref="ProviderException">A backend failed; run again to go on.</exception>
    public Task<MigrationReport> RunAsync(
        MigrationOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new MigrationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallelism, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Parallelism, MaxParallelism);
        return new MigrationRun(_source, _target, options, new MigrationTally(progress, _timeProvider), _timeProvider, cancellationToken).RunAsync();
    }
}
