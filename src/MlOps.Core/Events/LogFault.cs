using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Distinguishes damage of a log from failures to read it.</summary>
internal static class LogFault
{
    /// <summary>Reads a log and catches the exceptions that indicate damage.</summary>
    /// <returns>The exception that names the damaged event, or <see langword="null"/> if the log is intact.</returns>
    public static async Task<MlOpsException?> FindAsync(Func<Task> read)
    {
        try
        {
            await read().ConfigureAwait(false);
            return null;
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            return exception;
        }
    }
}
