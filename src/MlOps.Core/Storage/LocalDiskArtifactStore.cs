namespace MlOps.Storage;
/// <summary>stub</summary>
public sealed class LocalDiskArtifactStore(LocalDiskStorageOptions options, TimeProvider? timeProvider = null) : IArtifactStore
{
    /// <inheritdoc/>
    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => throw new NotSupportedException(options.Root + timeProvider);
    /// <inheritdoc/>
    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <inheritdoc/>
    public Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <inheritdoc/>
    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <inheritdoc/>
    public IAsyncEnumerable<ArtifactEntry> ListAsync(ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
