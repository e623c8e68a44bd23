using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Writes the windows of this instance to the store. Each window has its own object, which only this instance overwrites.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed partial class WindowWriter(IArtifactStore store, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private bool _isFailing;

    /// <summary>Writes a snapshot. A failure is logged, and the window is written again at the next checkpoint.</summary>
    public async Task WriteAsync(WindowSnapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            await WriteOwnAsync(snapshot, cancellationToken).ConfigureAwait(false);
            _isFailing = false;
        }
        catch (Exception exception) when (exception is MlOpsException or IOException)
        {
            if (!_isFailing)
            {
                LogNotWritten(exception, snapshot.Window.Path);
            }

            _isFailing = true;
        }
    }

    private async Task WriteOwnAsync(WindowSnapshot snapshot, CancellationToken cancellationToken)
    {
        var window = snapshot.Window;
        var bytes = WindowFile.Write(snapshot.Content);
        try
        {
            await WriteAsync(window, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArtifactExistsException or ArtifactConflictException)
        {
            // The name is unique. Either an earlier write succeeded without an answer, or the object was merged with others and deleted.
            if (await store.FindAsync(window.Path, cancellationToken).ConfigureAwait(false) is { } own)
            {
                window.ETag = own.ETag;
                await WriteAsync(window, bytes, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                LogMerged(window.Path, window.Predictions - window.SavedPredictions);
                window.Close();
                window.IsSaved = true;
                return;
            }
        }

        window.SavedPredictions = snapshot.Content.Header.Predictions;
        window.IsSaved = snapshot.IsFinal;
    }

    private async Task WriteAsync(OpenWindow window, byte[] bytes, CancellationToken cancellationToken)
    {
        var condition = window.ETag is { } eTag ? WriteCondition.IfMatch(eTag) : WriteCondition.IfAbsent;
        var result = await store.WriteBytesAsync(window.Path, bytes, new ArtifactWriteOptions { Condition = condition }, cancellationToken)
            .ConfigureAwait(false);
        window.ETag = result.ETag;
    }

    [LoggerMessage(709, LogLevel.Warning,
        "The window '{Path}' could not be written. It is kept in memory and written again at the next checkpoint. Further failures are not logged until a "
        + "write succeeds.")]
    private partial void LogNotWritten(Exception exception, ArtifactPath path);

    [LoggerMessage(711, LogLevel.Error,
        "The window '{Path}' was merged with those of other instances or deleted while this instance was suspended. {Predictions} predictions after its last "
        + "write are not in the window.")]
    private partial void LogMerged(ArtifactPath path, long predictions);
}
