namespace MlOps.Storage;

/// <summary>Reads a run of bytes of one version of an artifact over one connection. Authors of stores derive it for <see cref="ArtifactReadStream"/>.</summary>
/// <remarks>For one reader at a time. It opens its connection when it is first read from.</remarks>
public abstract class ArtifactRangeReader : IDisposable
{
    /// <summary>Reads some bytes.</summary>
    /// <param name="buffer">Where they go; not empty.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>How many bytes; more than 0, because nobody asks for more than the run has.</returns>
    /// <exception cref="ArtifactConflictException">The artifact is no longer the version that is read.</exception>
    /// <exception cref="ProviderException">The backend failed, or ended early.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Gives up the connection.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up the connection.</summary>
    /// <param name="disposing"><see langword="true"/> when called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
