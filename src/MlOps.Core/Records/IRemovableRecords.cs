using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A kind of record that garbage collection removes: runs and steps.</summary>
internal interface IRemovableRecords : IRecordKind
{
    /// <summary>Removes a record for good, decided on its newest state: it refers to nothing from then on.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="isParentDeleted">Whether the experiment is deleted, so that the record need not be.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">Cancels the removal before it is recorded.</param>
    /// <returns>Whether the record was removed: not if it was restored meanwhile, or is in use.</returns>
    Task<bool> RemoveAsync(ArtifactPath folder, bool isParentDeleted, string reason, CancellationToken cancellationToken);

    /// <summary>Applies a retention rule to a record: it is deleted so that it can be restored, or removed for good if it can be made again.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>Whether the record was deleted: not if it is in use, or was deleted meanwhile.</returns>
    Task<bool> RetireAsync(ArtifactPath folder, string reason, CancellationToken cancellationToken);
}
