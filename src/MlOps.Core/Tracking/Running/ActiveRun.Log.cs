using Microsoft.Extensions.Logging;

namespace MlOps.Tracking;

/// <content>The log messages of runs under way.</content>
internal sealed partial class ActiveRun
{
    [LoggerMessage(458, LogLevel.Error,
        "The run '{Run}' was resumed by another process, because nothing was heard of this one. Nothing more is recorded here.")]
    private partial void LogLost(string run, Exception exception);

    [LoggerMessage(454, LogLevel.Error,
        "The run '{Run}' could not be ended. It will count as interrupted; resume it on this machine to deliver what is missing.")]
    private partial void LogNotEnded(string run, Exception exception);

    [LoggerMessage(456, LogLevel.Warning, "The run '{Run}' is without {Count} values of its metrics: they were recorded faster than they could be kept.")]
    private partial void LogDropped(string run, long count);

    [LoggerMessage(455, LogLevel.Debug, "The segments of the metrics of run '{Run}' could not be put together.")]
    private partial void LogNotCompacted(string run, Exception exception);

    [LoggerMessage(473, LogLevel.Warning, "The run '{Run}' is interrupted, because the process stops before the run has ended.")]
    private partial void LogInterrupted(string run);

    [LoggerMessage(476, LogLevel.Warning,
        "The store did not take all metrics of run '{Run}' before the process stops. The rest is in files, and is delivered when the run "
        + "is resumed on this machine.")]
    private partial void LogNotDelivered(string run, Exception exception);

    [LoggerMessage(474, LogLevel.Warning, "The run '{Run}' was to be ended as {Wanted}, and has ended as {Status} already. Nothing was recorded.")]
    private partial void LogEndedOtherwise(string run, RunStatus wanted, RunStatus status);
}
