using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace MlOps.Tracking;

/// <summary>The runs under way in this process. When the process stops, their metrics are delivered or saved to files, and they end as interrupted.</summary>
/// <remarks>Thread-safe. A signal that is about to stop the process, and an unhandled exception, do the same.</remarks>
/// <param name="timeout">The time for the delivery when the process stops.</param>
/// <param name="logger">The logger.</param>
internal sealed partial class ActiveRuns(TimeSpan timeout, ILogger logger) : IDisposable
{
    private static readonly TimeSpan s_reserve = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger = logger;
    private readonly ConcurrentDictionary<ActiveRun, byte> _runs = new();
    private readonly Lock _lock = new();
    private List<PosixSignalRegistration>? _signals;
    private bool _isDisposed;

    public void Add(ActiveRun run)
    {
        _runs.TryAdd(run, 0);
        lock (_lock)
        {
            if (_signals is not null || _isDisposed)
            {
                return;
            }

            var signals = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP };
            _signals = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, _ => Suspend()))];
            AppDomain.CurrentDomain.ProcessExit += OnExit;
            AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
        }
    }

    public void Remove(ActiveRun run) => _runs.TryRemove(run, out _);

    /// <summary>Delivers the metrics of all runs, which go on.</summary>
    public Task DeliverAsync() => Task.WhenAll(_runs.Keys.Select(run => run.DeliverAsync(timeout)));

    /// <summary>Delivers the metrics of all runs and records that they are interrupted. If the process goes on, so do they.</summary>
    /// <param name="failure">The exception that is about to end the process, with which the runs fail; <see langword="null"/> if they are interrupted.</param>
    public Task SuspendAsync(Exception? failure = null) => Task.WhenAll(_runs.Keys.Select(run => run.SuspendAsync(timeout, failure)));

    /// <summary>Ends all runs as interrupted.</summary>
    public Task InterruptAsync() => Task.WhenAll(_runs.Keys.Select(run => run.InterruptAsync(timeout)));

    /// <summary>Does the same as <see cref="InterruptAsync"/> for callers that cannot await it.</summary>
    public void Interrupt() => Finish(InterruptAsync);

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _signals?.ForEach(static signal => signal.Dispose());
            _signals = null;
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            AppDomain.CurrentDomain.UnhandledException -= OnUnhandledException;
        }
    }

    private void OnExit(object? sender, EventArgs e) => Interrupt();

    private void OnUnhandledException(object sender, UnhandledExceptionEventArgs e) => Finish(() => SuspendAsync(e.ExceptionObject as Exception));

    private void Suspend() => Finish(() => SuspendAsync());

    /// <summary>Does something with all runs before the process ends. If the store does not answer, the metrics are saved to files.</summary>
    private void Finish(Func<Task> action)
    {
        try
        {
            if (_runs.IsEmpty || Task.Run(action).Wait(timeout + s_reserve))
            {
                return;
            }

            LogLate(timeout + s_reserve);
        }
        catch (AggregateException exception)
        {
            LogFailed(exception);
        }

        foreach (var (run, _) in _runs)
        {
            run.Save();
        }
    }

    [LoggerMessage(477, LogLevel.Error,
        "The runs could not be ended. Their metrics are saved to files, and the next process that resumes them on this machine delivers them.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(475, LogLevel.Warning,
        "The runs could not be ended within {Time}. Their metrics are saved to files, and the next process that resumes them on this machine delivers them.")]
    private partial void LogLate(TimeSpan time);
}
