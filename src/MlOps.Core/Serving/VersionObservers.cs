using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>Creates the observers of one version, and reports their exceptions.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An observer must not fail a prediction. Its exception is reported.")]
internal sealed partial class VersionObservers(
    ObservedVersion version, IReadOnlyList<IPredictionObserver> observers, Action countFailure, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private int _isReported;

    /// <summary>Creates the observers of a predictor.</summary>
    /// <returns><see langword="null"/> if the observers ignore the version.</returns>
    public RowObservers<TInput, TOutput>? CreateForRows<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>()
        where TInput : class
        where TOutput : class
    {
        var created = Create(observer => observer.CreateForRows<TInput, TOutput>(version));
        return created.Length == 0 ? null : new RowObservers<TInput, TOutput>(created, this);
    }

    /// <summary>Creates the observers of predictions from tensors.</summary>
    /// <returns><see langword="null"/> if the observers ignore the version.</returns>
    public TensorObservers? CreateForTensors()
    {
        var created = Create(observer => observer.CreateForTensors(version));
        return created.Length == 0 ? null : new TensorObservers(created, this);
    }

    /// <summary>Counts a failure, and logs the first one of the version.</summary>
    public void Report(Exception exception, object observer)
    {
        countFailure();
        if (Interlocked.Exchange(ref _isReported, 1) == 0)
        {
            LogFailed(exception, observer.GetType().Name, version.Version.Number, version.ServedAs);
        }
    }

    /// <summary>Disposes observers.</summary>
    public void Dispose(IEnumerable<IDisposable> created)
    {
        foreach (var observer in created)
        {
            try
            {
                observer.Dispose();
            }
            catch (Exception exception)
            {
                Report(exception, observer);
            }
        }
    }

    private T[] Create<T>(Func<IPredictionObserver, T?> create)
        where T : class
    {
        var created = new List<T>();
        foreach (var observer in observers)
        {
            try
            {
                if (create(observer) is { } own)
                {
                    created.Add(own);
                }
            }
            catch (Exception exception)
            {
                Report(exception, observer);
            }
        }

        return [.. created];
    }

    [LoggerMessage(
        618,
        LogLevel.Warning,
        "The observer {Observer} of version {Version} of the model '{Name}' failed. Predictions are not affected, but the observer may miss rows. Later "
        + "failures of this version are counted in mlops.model.observer.failures and not logged. Correct the observer.")]
    private partial void LogFailed(Exception exception, string observer, int version, string name);
}
