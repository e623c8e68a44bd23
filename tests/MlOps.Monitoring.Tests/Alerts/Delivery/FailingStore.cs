using MlOps.Storage;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>A store in memory whose calls fail while a test requests it.</summary>
internal sealed class FailingStore : IArtifactStore
{
    private readonly InMemoryArtifactStore _store = new();

    public bool IsFailing { get; set; }

    private InMemoryArtifactStore Store => IsFailing ? throw new IOException("The store is not reachable.") : _store;

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Store.FindAsync(path, cancellationToken);

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Store.OpenReadAsync(path, options, cancellationToken);

    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Store.WriteAsync(path, content, options, cancellationToken);

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Store.DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        Store.ListAsync(prefix, startAfter, cancellationToken);
}
