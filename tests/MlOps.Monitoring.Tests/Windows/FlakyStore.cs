using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Runs an action before and after each call, such as a failure.</summary>
internal sealed class FlakyStore(IArtifactStore inner) : IArtifactStore
{
    /// <summary>Gets or sets the action before a write.</summary>
    public Action<ArtifactPath> BeforeWrite { get; set; } = static _ => { };

    /// <summary>Gets or sets the action after a write has succeeded.</summary>
    public Action<ArtifactPath> AfterWrite { get; set; } = static _ => { };

    /// <summary>Gets or sets the action before a read.</summary>
    public Func<ArtifactPath, Task> BeforeRead { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Gets or sets the action before a deletion.</summary>
    public Action<ArtifactPath> BeforeDelete { get; set; } = static _ => { };

    public static ProviderException Failure => new("Test", "write", isTransient: true, "The store is not reachable.");

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.FindAsync(path, cancellationToken);

    public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        await BeforeRead(path);
        return await inner.OpenReadAsync(path, options, cancellationToken);
    }

    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        BeforeWrite(path);
        var result = await inner.WriteAsync(path, content, options, cancellationToken);
        AfterWrite(path);
        return result;
    }

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        BeforeDelete(path);
        return inner.DeleteAsync(path, cancellationToken);
    }

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);
}
