using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>The observers of predictions that the application registered.</summary>
internal sealed class PredictionObservers
{
    private readonly IReadOnlyList<IPredictionObserver> _observers;
    private readonly Counter<long> _failures;

    public PredictionObservers(IEnumerable<IPredictionObserver> observers, IMeterFactory meters)
    {
        _observers = [.. observers];
        _failures = meters.Create(MlOpsDiagnostics.MeterName).CreateCounter<long>(
            MlOpsDiagnostics.ModelObserverFailures, "{failure}", "The number of exceptions of observers of predictions.");
    }

    /// <summary>Gets the observers of a version.</summary>
    /// <returns><see langword="null"/> if no observer is registered.</returns>
    public VersionObservers? For(string servedAs, LocalVersion version, ModelSignature signature, ILogger logger) =>
        _observers.Count == 0
            ? null
            : new VersionObservers(
                new ObservedVersion { ServedAs = servedAs, Version = version, Signature = signature },
                _observers,
                () => _failures.Add(1, new KeyValuePair<string, object?>(MlOpsDiagnostics.ModelAttribute, servedAs)),
                logger);
}
