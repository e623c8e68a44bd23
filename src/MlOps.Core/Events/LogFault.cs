using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Tells what is wrong with a log from what hindered reading it.</summary>
internal static class LogFault
{
    /// <summary>Reads a log and catches what says that it was altered.</summary>
    /// <returns>The exception that names the event, or <see langword="null"/> if the log is sound.</returns>
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
