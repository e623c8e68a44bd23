using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Space that a collection frees when the disk is full, for the claims that precede the first deletions: <c>gc/reserve</c>.</summary>
/// <remarks>It is written before deletion marks, while there is room, and deleted when no mark is left.</remarks>
internal sealed partial class GarbageReserve(IArtifactStore store, ILogger logger)
{
    // Sixteen blocks of 4 KiB. A claim takes one or two, and the claims of a full disk come one by one.
    private const int Size = 1 << 16;

    /// <summary>Gets the path of the reserve.</summary>
    public static ArtifactPath Path { get; } = ArtifactPath.Parse("gc/reserve");

    /// <summary>Writes the reserve if there is none. A failure is logged: a collection needs the reserve only when the disk is full.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.FindAsync(Path, cancellationToken).ConfigureAwait(false) is null)
            {
                // Random bytes, because a file system that compresses reserves no space for zeros.
                await store.WriteBytesAsync(Path, RandomNumberGenerator.GetBytes(Size), new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ProviderException exception)
        {
            LogNotWritten(exception, Path);
        }
    }

    /// <summary>Deletes the reserve, if there is one.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => store.DeleteAsync(Path, cancellationToken);

    [LoggerMessage(213, LogLevel.Warning,
        "'{Path}' could not be written. If the disk is full when garbage is collected next, delete some file of 100 KiB first.")]
    private partial void LogNotWritten(Exception exception, ArtifactPath path);
}
