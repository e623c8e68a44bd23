using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Writes alerts to the log: a warning if an alert is raised, and information if it is resolved.</summary>
internal sealed partial class LogAlertSink(ILogger<LogAlertSink> logger) : IAlertSink
{
    public string Name => "log";

    public Task SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var version = alert.Version?.ToString(CultureInfo.InvariantCulture) ?? "any";
        if (alert.IsActive)
        {
            LogRaised(alert.Key, alert.Model, version, alert.Value, alert.Threshold, alert.Message, alert.Id);
        }
        else
        {
            LogResolved(alert.Key, alert.Model, version, alert.Value, alert.Threshold, alert.Message, alert.Id);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(746, LogLevel.Warning,
        "Alert '{Rule}' of the model '{Model}', version {Version}: the value is {Value:0.####}, the threshold is {Threshold:0.####}. {Message} (alert {Id})")]
    private partial void LogRaised(string rule, string model, string version, double value, double threshold, string message, string id);

    [LoggerMessage(747, LogLevel.Information,
        "The alert '{Rule}' of the model '{Model}', version {Version}, has ended: the value is {Value:0.####}, the threshold is {Threshold:0.####}. {Message} "
        + "(alert {Id})")]
    private partial void LogResolved(string rule, string model, string version, double value, double threshold, string message, string id);
}
