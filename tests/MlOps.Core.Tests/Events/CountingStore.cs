using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Counts the requests that reach a store.</summary>
internal sealed class CountingStore(IArtifactStore inner) : IArtifactStore
{
    private int _requests;

    public int Requests => _requests;

    public void Reset() => _requests = 0;

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Counted().FindAsync(path, cancellationToken);

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Counted().OpenReadAsync(path, options, cancellationToken);

    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Counted().WriteAsync(path, content, options, cancellationToken);

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Counted().DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        Counted().ListAsync(prefix, startAfter, cancellationToken);

    public object? GetService(Type serviceType) => inner.GetService(serviceType);

    private IArtifactStore Counted()
    {
        Interlocked.Increment(ref _requests);
        return inner;
    }
}
