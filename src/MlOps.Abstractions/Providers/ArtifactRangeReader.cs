using System.Diagnostics.CodeAnalysis;
using MlOps.Storage;

namespace MlOps.Providers;

/// <summary>Reads a byte range of one artifact version over one connection.</summary>
/// <remarks>
/// A store derives this class for <see cref="ArtifactStreams.ReadAhead"/>. One caller at a time reads. The connection is opened by the first read.
/// </remarks>
[Experimental("MLOPS001")]
public abstract class ArtifactRangeReader : IDisposable
{
    /// <summary>Reads the next bytes.</summary>
    /// <param name="buffer">The buffer for the bytes; not empty and not longer than the rest of the range.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of bytes read; greater than 0.</returns>
    /// <exception cref="ArtifactConflictException">The artifact was changed or deleted.</exception>
    /// <exception cref="ProviderException">The backend failed, or the response ended early.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the connection.</summary>
    /// <param name="disposing"><see langword="true"/> if called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
