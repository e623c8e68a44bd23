using System.Threading.Channels;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>A store in memory whose writes fail, or are held back, while a test demands it.</summary>
internal sealed class FaultyStore : IArtifactStore
{
    private readonly InMemoryArtifactStore _store = new();

    /// <summary>Gets or sets the exception of every write; <see langword="null"/> for none.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets or sets a task that every write awaits first.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Gets or sets a value indicating whether a failing write is stored nevertheless.</summary>
    public bool StoresFailedWrites { get; set; }

    /// <summary>Gets the paths of the writes, before they are carried out.</summary>
    public Channel<ArtifactPath> Writes { get; } = Channel.CreateUnbounded<ArtifactPath>();

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _store.FindAsync(path, cancellationToken);

    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        _store.OpenReadAsync(path, options, cancellationToken);

    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var failure = Failure;
        Writes.Writer.TryWrite(path);
        await Gate.WaitAsync(cancellationToken);
        if (failure is null || StoresFailedWrites)
        {
            var result = await _store.WriteAsync(path, content, options, cancellationToken);
            return failure is null ? result : throw failure;
        }

        throw failure;
    }

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _store.DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        _store.ListAsync(prefix, startAfter, cancellationToken);
}
