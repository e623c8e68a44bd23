using Microsoft.Extensions.Logging;

namespace MlOps.Tracking;

/// <content>The log messages.</content>
internal sealed partial class ActiveRun
{
    [LoggerMessage(458, LogLevel.Error,
        "The run '{Run}' was resumed by another process, because the heartbeats of this process were missing. This process records no more data.")]
    private partial void LogLost(string run, Exception exception);

    [LoggerMessage(454, LogLevel.Error,
        "The run '{Run}' could not be ended and is treated as interrupted. Resume the run on this machine to deliver its remaining metrics.")]
    private partial void LogNotEnded(string run, Exception exception);

    [LoggerMessage(456, LogLevel.Warning,
        "{Count} metric points of run '{Run}' were dropped, because they were recorded faster than they could be saved. Record fewer points.")]
    private partial void LogDropped(long count, string run);

    [LoggerMessage(455, LogLevel.Debug, "The metric segments of run '{Run}' could not be merged.")]
    private partial void LogNotCompacted(string run, Exception exception);

    [LoggerMessage(473, LogLevel.Warning, "The process is stopping before the run '{Run}' has ended. The run is recorded as interrupted.")]
    private partial void LogInterrupted(string run);

    [LoggerMessage(476, LogLevel.Warning,
        "The store did not accept all metrics of run '{Run}' before the process stopped. The remaining metrics are saved to files. "
        + "Resume the run on this machine to deliver them.")]
    private partial void LogNotDelivered(string run, Exception exception);

    [LoggerMessage(474, LogLevel.Warning, "The run '{Run}' cannot end with the status {Wanted}, because it has already ended with the status {Status}.")]
    private partial void LogEndedOtherwise(string run, RunStatus wanted, RunStatus status);
}
