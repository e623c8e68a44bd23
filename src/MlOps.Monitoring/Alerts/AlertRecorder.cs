using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Monitoring.Alerts;

/// <summary>Records changes of alerts as events of the model. Of several instances with the same decision, one records it.</summary>
internal sealed partial class AlertRecorder(IModelRegistry registry, ILogger<AlertRecorder> logger)
{
    /// <summary>Records changes.</summary>
    /// <returns>The number of changes that this instance recorded.</returns>
    public async Task<int> RecordAsync(string model, IEnumerable<ModelChange> changes, CancellationToken cancellationToken)
    {
        var recorded = 0;
        foreach (var change in changes)
        {
            try
            {
                await registry.ChangeAsync(model, change, cancellationToken).ConfigureAwait(false);
                recorded++;
            }
            catch (VersionConflictException exception)
            {
                LogRecordedByOther(change.Alert!.Key, model, exception);
            }
            catch (VersionNotFoundException exception)
            {
                LogNotRecorded(change.Alert!.Key, model, change.Alert.Message, exception);
            }
        }

        return recorded;
    }

    [LoggerMessage(745, LogLevel.Debug, "The change of the alert '{Alert}' of the model '{Model}' was recorded by another instance.")]
    private partial void LogRecordedByOther(string alert, string model, Exception exception);

    [LoggerMessage(756, LogLevel.Warning,
        "The change of the alert '{Alert}' of the model '{Model}' was not recorded and is not delivered, because the version that is served was "
        + "deleted: {Message} Deploy a version that exists.")]
    private partial void LogNotRecorded(string alert, string model, string message, Exception exception);
}
