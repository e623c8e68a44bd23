using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Copies an artifact store, or one of its folders, to another store while the source is in use.</summary>
/// <remarks>
/// <para>Thread-safe. Several migrations can run concurrently, in any number of processes. There is nothing to dispose, and the stores stay
/// open.</para>
/// <para>Order: an event is copied after the content that it references and after the earlier events of its log. A reader of the target
/// therefore always sees each record in a state that it had at the source. Artifacts that are written to the source during a run are copied by
/// this run or the next one.</para>
/// <para>Repeats: a run copies only artifacts that the target does not have, and continues where an earlier run was canceled, failed or was
/// terminated. To move a store: run the migration, run it again, stop the writers, run it once more, and change
/// <c>MlOps:Storage:Provider</c>.</para>
/// <para>Nothing is deleted from the target. Data that belongs to one store is not copied: the marker, checkpoints, indexes, and the marks of
/// garbage collections. Artifacts that are neither content nor events are replaced if they differ. Garbage collections can run at both stores
/// during a migration.</para>
/// <para>Damage: damaged artifacts are not copied and are listed in the report. All other artifacts are copied. Of a log with a damaged or
/// missing event, only the earlier events are copied.</para>
/// </remarks>
/// <example>
/// <code>
/// var report = await new ArtifactMigrator(source, target).RunAsync();
/// Console.WriteLine(report);
/// </code>
/// </example>
public sealed class ArtifactMigrator
{
    private const int MaxParallelism = 256;
    private readonly IArtifactStore _source;
    private readonly IArtifactStore _target;
    private readonly TimeProvider _timeProvider;

    /// <summary>Initializes a new instance of the <see cref="ArtifactMigrator"/> class.</summary>
    /// <param name="source">The store to copy from. It is only read.</param>
    /// <param name="target">The store to copy to.</param>
    /// <param name="timeProvider">The clock for rates, durations and grace periods; <see langword="null"/> for the system clock.</param>
    /// <exception cref="ArgumentException">The source and the target are the same object.</exception>
    public ArtifactMigrator(IArtifactStore source, IArtifactStore target, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (ReferenceEquals(source, target))
        {
            throw new ArgumentException("The source and the target are the same store. Pass another store as the target.", nameof(target));
        }

        _source = source;
        _target = target;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Copies the artifacts that the target does not have, and verifies the target.</summary>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Receives a report for each artifact.</param>
    /// <param name="cancellationToken">A token that cancels the run. Copied artifacts are kept, and the next run continues.</param>
    /// <returns>The result. Check <see cref="MigrationReport.IsComplete"/>.</returns>
    /// <exception cref="ArgumentException">The source and the target are the same store, or one contains the other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The parallelism is not from 1 to 256.</exception>
    /// <exception cref="LogsDivergedException">A log contains different events at the source and the target.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials of one of the stores are not sufficient.</exception>
    /// <exception cref="ProviderException">A backend failed. Run the migration again to continue.</exception>
    public Task<MigrationReport> RunAsync(
        MigrationOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new MigrationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallelism, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Parallelism, MaxParallelism);
        return new MigrationRun(_source, _target, options, new MigrationReportBuilder(progress, _timeProvider), _timeProvider, cancellationToken).RunAsync();
    }
}
