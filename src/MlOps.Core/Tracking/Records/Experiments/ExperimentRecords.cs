using Microsoft.Extensions.Logging;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The experiments in a store. Experiments do not reference content, and their runs and steps are separate records.</summary>
internal sealed class ExperimentRecords(IArtifactStore store, string actor, TimeProvider timeProvider, ILogger logger)
    : NamedRecords<ExperimentEvent, ExperimentState>(store, "experiment", ExperimentFold.Schema, actor, timeProvider, logger)
{
    /// <inheritdoc/>
    public override bool IsReproducible => true;

    /// <inheritdoc/>
    protected override IEnumerable<ContentReference> GetReferences(string owner, ExperimentState state) => [];

    /// <inheritdoc/>
    protected override bool IsDeleted(ExperimentState state) => state.IsDeleted;

    /// <inheritdoc/>
    protected override bool? GetDeletion(ExperimentEvent recordEvent) => recordEvent.IsDeleted;
}
