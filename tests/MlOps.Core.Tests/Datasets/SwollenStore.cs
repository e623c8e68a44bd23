using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Reports a size for an artifact that is too large to store in a test.</summary>
internal sealed class SwollenStore(IArtifactStore inner, ArtifactPath swollen, long size) : IArtifactStore
{
    public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        var content = await inner.OpenReadAsync(path, options, cancellationToken);
        if (path != swollen || content is null)
        {
            return content;
        }

        var info = new ArtifactInfo
        {
            Path = path,
            Size = size,
            ETag = content.Info.ETag,
            LastModified = content.Info.LastModified,
            ContentType = content.Info.ContentType,
            Metadata = content.Info.Metadata,
        };
        return new ArtifactContent(info, content.Stream);
    }

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.FindAsync(path, cancellationToken);

    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(path, content, options, cancellationToken);

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public object? GetService(Type serviceType) => inner.GetService(serviceType);
}
