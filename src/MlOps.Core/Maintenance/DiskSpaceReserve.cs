using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Reserves disk space that a collection frees if the disk is full, so that it can write the marks that precede the first deletions:
/// <c>gc/reserve</c>.</summary>
/// <remarks>The reserve is written before deletion marks, while there is space, and deleted when no mark is left.</remarks>
internal sealed partial class DiskSpaceReserve(IArtifactStore store, ILogger logger)
{
    // Sixteen blocks of 4 KiB. A mark takes one or two blocks, and on a full disk marks are written one at a time.
    private const int Size = 1 << 16;

    /// <summary>Gets the path of the reserve.</summary>
    public static ArtifactPath Path { get; } = ArtifactPath.Parse("gc/reserve");

    /// <summary>Writes the reserve if it does not exist. Best effort; failures are logged, because the reserve is needed only if the disk is
    /// full.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.FindAsync(Path, cancellationToken).ConfigureAwait(false) is null)
            {
                // Random bytes, because a file system with compression reserves no space for zeros.
                await store.WriteBytesAsync(Path, RandomNumberGenerator.GetBytes(Size), new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ProviderException exception)
        {
            LogNotWritten(exception, Path);
        }
    }

    /// <summary>Deletes the reserve if it exists.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => store.DeleteAsync(Path, cancellationToken);

    [LoggerMessage(213, LogLevel.Warning,
        "'{Path}' could not be written. If the disk is full at the next garbage collection, delete a file of at least 100 KiB first.")]
    private partial void LogNotWritten(Exception exception, ArtifactPath path);
}
