using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>Counts how often it is disposed; empty otherwise.</summary>
internal sealed class DisposableStore : IArtifactStore, IDisposable
{
    private readonly InMemoryArtifactStore _inner = new();

    public int Disposals { get; private set; }

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _inner.FindAsync(path, cancellationToken);

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        _inner.OpenReadAsync(path, options, cancellationToken);

    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(path, content, options, cancellationToken);

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _inner.DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        _inner.ListAsync(prefix, startAfter, cancellationToken);

    public void Dispose() => Disposals++;
}
