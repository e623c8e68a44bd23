using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MlOps;

/// <summary>The log of work that goes on in the background for as long as the process lives, which must not end because a log fails.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whom to tell that the log fails, if not the log?")]
internal sealed class BackgroundLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // What was to be said is lost, and the work goes on.
        }
    }
}
