using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Calls delegates before and after each call to a store and each entry of a listing.</summary>
internal sealed class ObservedStore(IArtifactStore inner) : IArtifactStore
{
    /// <summary>Gets or sets the delegate that is called before each step. It may throw to make the step fail.</summary>
    public Func<string, ArtifactPath?, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    public Func<string, ArtifactPath?, Task> After { get; set; } = static (_, _) => Task.CompletedTask;

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) =>
        ObserveAsync("find", path, () => inner.FindAsync(path, cancellationToken));

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        ObserveAsync("read", path, () => inner.OpenReadAsync(path, options, cancellationToken));

    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ObserveAsync("write", path, () => inner.WriteAsync(path, content, options, cancellationToken));

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => ObserveAsync("delete", path, async () =>
    {
        await inner.DeleteAsync(path, cancellationToken);
        return 0;
    });

    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Before("list", prefix);
        await foreach (var entry in inner.ListAsync(prefix, startAfter, cancellationToken))
        {
            await Before("list entry", entry.Path);
            yield return entry;
        }
    }

    public object? GetService(Type serviceType) => inner.GetService(serviceType);

    private async Task<T> ObserveAsync<T>(string call, ArtifactPath path, Func<Task<T>> act)
    {
        await Before(call, path);
        var result = await act();
        await After(call, path);
        return result;
    }
}
