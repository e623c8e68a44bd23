namespace MlOps.Storage;

/// <summary>Forwards every call to another store; what derives from it does something before or after.</summary>
internal abstract class DelegatingStore(IArtifactStore inner) : IArtifactStore
{
    public async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        await BeforeAsync(StoreCall.Find, path);
        var info = await inner.FindAsync(path, cancellationToken);
        await AfterAsync(StoreCall.Find, path);
        return info;
    }

    public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        await BeforeAsync(StoreCall.Read, path);
        var content = await inner.OpenReadAsync(path, options, cancellationToken);
        await AfterAsync(StoreCall.Read, path);
        return content;
    }

    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        await BeforeAsync(StoreCall.Write, path);
        var result = await inner.WriteAsync(path, content, options, cancellationToken);
        await AfterAsync(StoreCall.Write, path);
        return result;
    }

    public async Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        await BeforeAsync(StoreCall.Delete, path);
        await inner.DeleteAsync(path, cancellationToken);
        await AfterAsync(StoreCall.Delete, path);
    }

    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null,
        ArtifactPath? startAfter = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await BeforeAsync(StoreCall.List, prefix);
        await foreach (var entry in inner.ListAsync(prefix, startAfter, cancellationToken))
        {
            yield return entry;
        }

        await AfterAsync(StoreCall.List, prefix);
    }

    public object? GetService(Type serviceType) => inner.GetService(serviceType);

    protected virtual Task BeforeAsync(StoreCall call, ArtifactPath? path) => Task.CompletedTask;

    protected virtual Task AfterAsync(StoreCall call, ArtifactPath? path) => Task.CompletedTask;
}
