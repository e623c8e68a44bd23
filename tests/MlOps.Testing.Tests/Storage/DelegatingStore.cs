using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

/// <summary>Forwards every call to a correct store; what derives from it breaks one thing.</summary>
internal class DelegatingStore(IArtifactStore inner) : IArtifactStore
{
    public DelegatingStore()
        : this(new InMemoryArtifactStore())
    {
    }

    protected IArtifactStore Inner { get; } = inner;

    public virtual Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Inner.FindAsync(path, cancellationToken);

    public virtual Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Inner.OpenReadAsync(path, options, cancellationToken);

    public virtual Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(path, content, options, cancellationToken);

    public virtual Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => Inner.DeleteAsync(path, cancellationToken);

    public virtual IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        Inner.ListAsync(prefix, startAfter, cancellationToken);

    public virtual object? GetService(Type serviceType) => Inner.GetService(serviceType);
}
