using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace MlOps.Tracking;

/// <summary>The runs that this process records. When the process stops, delivers or saves the metrics of the runs and ends the runs as
/// interrupted.</summary>
/// <remarks>Thread-safe. Signals that stop the process and unhandled exceptions are handled in the same way.</remarks>
/// <param name="timeout">The maximum time of the delivery when the process stops.</param>
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

    /// <summary>Delivers the metrics of all runs, which remain in progress.</summary>
    public Task DeliverAsync() => Task.WhenAll(_runs.Keys.Select(run => run.DeliverAsync(timeout)));

    /// <summary>Delivers the metrics of all runs and records them as interrupted or failed. If the process continues, the runs continue
    /// too.</summary>
    /// <param name="failure">The unhandled exception with which the runs fail; <see langword="null"/> to record them as
    /// interrupted.</param>
    public Task SuspendAsync(Exception? failure = null) => Task.WhenAll(_runs.Keys.Select(run => run.SuspendAsync(timeout, failure)));

    /// <summary>Ends all runs as interrupted.</summary>
    public Task InterruptAsync() => Task.WhenAll(_runs.Keys.Select(run => run.InterruptAsync(timeout)));

    /// <summary>Performs the same work as <see cref="InterruptAsync"/>, for synchronous callers.</summary>
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

    /// <summary>Waits for an operation on all runs before the process ends. If the operation fails or times out, saves the metrics to
    /// files.</summary>
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
        "The runs could not be ended. Their metrics are saved to files. Resume the runs on this machine to deliver them.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(475, LogLevel.Warning,
        "The runs could not be ended within {Time}. Their metrics are saved to files. Resume the runs on this machine to deliver them.")]
    private partial void LogLate(TimeSpan time);
}
