using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>A store that loses the responses of some successful writes, or does not respond at all.</summary>
internal sealed class FaultyStore(IArtifactStore inner) : IArtifactStore
{
    /// <summary>Gets or sets the number of next writes that succeed but report a failure.</summary>
    public int LoseAnswers { get; set; }

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.FindAsync(path, cancellationToken);

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        inner.OpenReadAsync(path, options, cancellationToken);

    public async Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var result = await inner.WriteAsync(path, content, options, cancellationToken);
        return LoseAnswers-- > 0 ? throw new ProviderException("Test", "write", isTransient: true, "The answer was lost.") : result;
    }

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(ArtifactPath? prefix = null, ArtifactPath? startAfter = null,
        CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public object? GetService(Type serviceType) => inner.GetService(serviceType);
}
