using Microsoft.Extensions.Options;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring;

/// <summary>Validates the options of a model with all their parts. Each message has the path of the setting.</summary>
internal sealed class MonitoringOptionsValidator : IValidateOptions<MonitoringOptions>
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly DriftOptionsValidator s_drift = new();
    private static readonly LogOptionsValidator s_log = new();

    public ValidateOptionsResult Validate(string? name, MonitoringOptions options)
    {
        var section = string.IsNullOrEmpty(name) ? $"MlOps:{MonitoringOptions.SectionName}" : $"MlOps:Models:{name}:{MonitoringOptions.SectionName}";
        var faults = new ValidateOptionsResultBuilder();
        faults.AddResult(s_drift.Validate($"{section}:Drift", options.Drift));
        faults.AddResult(s_log.Validate(name, options.Log));
        string[] messages =
        [
            .. options.Windows.FindFaults($"{section}:Windows"),
            .. QualityOptionsValidator.FindFaults($"{section}:Quality", options.Quality),
            .. AlertOptionsRules.FindFaults($"{section}:Alerts", options.Alerts),
            .. FindRangeFaults(section, options),
        ];
        Array.ForEach(messages, message => faults.AddError(message));
        return faults.Build();
    }

    private static IEnumerable<string> FindRangeFaults(string section, MonitoringOptions options)
    {
        if (options.EvaluationDelay < TimeSpan.Zero || options.EvaluationDelay > TimeSpan.FromDays(1))
        {
            yield return $"{section}:{nameof(options.EvaluationDelay)} is {options.EvaluationDelay}. Set it to 00:00:00 to 1.00:00:00.";
        }

        if (options.OutcomeDelay < s_hour || options.OutcomeDelay > TimeSpan.FromDays(365))
        {
            yield return $"{section}:{nameof(options.OutcomeDelay)} is {options.OutcomeDelay}. Set it to 01:00:00 to 365.00:00:00.";
        }
    }
}
