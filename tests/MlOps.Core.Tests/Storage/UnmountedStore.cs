namespace MlOps.Storage;

/// <summary>A store on a disk that can be unmounted. The mount point then contains another store, which is empty at first.</summary>
internal sealed class UnmountedStore : IArtifactStore
{
    private readonly InMemoryArtifactStore _disk = new();
    private InMemoryArtifactStore _mounted;

    public UnmountedStore() => _mounted = _disk;

    public int Requests { get; set; }

    public void Unmount(InMemoryArtifactStore? other = null) => _mounted = other ?? new InMemoryArtifactStore();

    public void Mount() => _mounted = _disk;

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Count().FindAsync(path, cancellationToken);

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Count().OpenReadAsync(path, options, cancellationToken);

    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Count().WriteAsync(path, content, options, cancellationToken);

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Count().DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        Count().ListAsync(prefix, startAfter, cancellationToken);

    public object? GetService(Type serviceType) => null;

    private InMemoryArtifactStore Count()
    {
        Requests++;
        return _mounted;
    }
}
