using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Records measured resources with their versions in the background. A failure is logged and has no other effect.</summary>
/// <remarks>Thread-safe. All models of a process share one recorder, which stops after the store has denied access.</remarks>
internal sealed partial class ResourceRecorder(Lazy<IModelRegistry> registry, ILogger<ResourceRecorder> logger)
{
    private readonly BackgroundLogger _logger = new(logger);
    private volatile bool _isDenied;

    /// <summary>Records the values that are not yet recorded for the kind of machine.</summary>
    /// <param name="name">The name of the served model.</param>
    /// <param name="version">The version.</param>
    /// <param name="measured">The measured values.</param>
    /// <param name="cancellationToken">Cancels the call when the model is disposed.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failure to record a measurement must not fail a load.")]
    public async Task RecordAsync(string name, ModelVersion version, ResourceProfile measured, CancellationToken cancellationToken)
    {
        if (_isDenied)
        {
            return;
        }

        try
        {
            var change = new ModelChange { Kind = ModelEventKind.Profiled, Version = version.Number, Resources = measured, KeepsRecorded = true };
            await registry.Value.ChangeAsync(version.Model, change, cancellationToken).ConfigureAwait(false);
            LogRecorded(_logger, version.Number, version.Model, measured.Machine, measured.LoadTime, measured.Memory, measured.Latency, measured.LatencyP99);
        }
        catch (VersionConflictException)
        {
            LogAlreadyRecorded(_logger, version.Number, version.Model, measured.Machine);
        }
        catch (ArtifactAccessDeniedException exception)
        {
            if (!_isDenied)
            {
                _isDenied = true;
                LogDenied(_logger, exception, version.Number, version.Model, name);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The model is being disposed. The next load measures the version again.
        }
        catch (Exception exception)
        {
            LogFailed(_logger, exception, version.Number, version.Model, name);
        }
    }

    [LoggerMessage(
        660,
        LogLevel.Warning,
        "The measured resources of version {Version} of the model '{Model}' could not be recorded. The version is served. The next load records them. To stop "
        + "the measurement, set MlOps:Models:{Name}:MeasureResources to false.")]
    private static partial void LogFailed(ILogger logger, Exception exception, int version, string model, string name);

    [LoggerMessage(
        661,
        LogLevel.Warning,
        "The measured resources of version {Version} of the model '{Model}' could not be recorded, because the store denied access. This process records no "
        + "resources until it is restarted. Permit writes below 'models/' and 'index/', or set MlOps:Models:{Name}:MeasureResources to false.")]
    private static partial void LogDenied(ILogger logger, Exception exception, int version, string model, string name);

    [LoggerMessage(
        662,
        LogLevel.Information,
        "Recorded the resources of version {Version} of the model '{Model}' on {Machine}: load time {LoadTime}, memory {Memory} bytes, latency {Latency} "
        + "(median), {LatencyP99} (99th percentile). An empty value was not measured, or was recorded before.")]
    private static partial void LogRecorded(
        ILogger logger, int version, string model, string? machine, TimeSpan? loadTime, long? memory, TimeSpan? latency, TimeSpan? latencyP99);

    [LoggerMessage(
        663, LogLevel.Debug, "The resources of version {Version} of the model '{Model}' on {Machine} were already recorded by another process.")]
    private static partial void LogAlreadyRecorded(ILogger logger, int version, string model, string? machine);
}
