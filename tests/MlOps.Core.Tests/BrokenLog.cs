using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlOps;

/// <summary>A log of which one category cannot be written.</summary>
internal sealed class BrokenLog(string category = "") : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => categoryName == category ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <summary>Fails for warnings already here.</summary>
    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning ? throw new IOException("The settings of the log cannot be read.") : true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new IOException("The disk of the log is full.");

    public void Dispose()
    {
    }
}
