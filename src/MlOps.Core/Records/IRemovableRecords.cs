using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A kind of record that garbage collection can remove: runs and steps.</summary>
internal interface IRemovableRecords : IRecordKind
{
    /// <summary>Removes a record permanently if its newest state allows it. A removed record references no content.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="isParentDeleted">Whether the experiment is deleted. If so, the record is removed even if it is not deleted itself.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">A token that cancels the call before the removal is recorded.</param>
    /// <returns><see langword="true"/> if the record was removed; <see langword="false"/> if it was restored or is in use.</returns>
    Task<bool> RemoveAsync(ArtifactPath folder, bool isParentDeleted, string reason, CancellationToken cancellationToken);

    /// <summary>Deletes a record because of a retention rule. A record that can be created again is removed permanently; any other record can be
    /// restored.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">A token that cancels the call before the deletion is recorded.</param>
    /// <returns><see langword="true"/> if the record was deleted; <see langword="false"/> if it is in use or was deleted already.</returns>
    Task<bool> RetireAsync(ArtifactPath folder, string reason, CancellationToken cancellationToken);
}
