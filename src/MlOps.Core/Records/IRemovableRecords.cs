using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A kind of record that garbage collection can remove: runs and steps.</summary>
internal interface IRemovableRecords : IRecordKind
{
    /// <summary>Removes a record permanently, depending on its newest state. Afterwards, it references no content.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="isParentDeleted">Whether the experiment is deleted. If so, the record itself does not have to be deleted.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">A token that cancels the call before the removal is recorded.</param>
    /// <returns><see langword="true"/> if the record was removed; <see langword="false"/> if it was restored or is in use.</returns>
    Task<bool> RemoveAsync(ArtifactPath folder, bool isParentDeleted, string reason, CancellationToken cancellationToken);

    /// <summary>Applies a retention rule to a record. The record is deleted so that it can be restored, or permanently if it can be created
    /// again.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">A token that cancels the call before the deletion is recorded.</param>
    /// <returns><see langword="true"/> if the record was deleted; <see langword="false"/> if it is in use or was deleted already.</returns>
    Task<bool> RetireAsync(ArtifactPath folder, string reason, CancellationToken cancellationToken);
}
