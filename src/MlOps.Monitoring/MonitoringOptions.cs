using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring;

/// <summary>The monitoring of a served model, in the section <c>MlOps:Models:&lt;name&gt;:Monitoring</c>.</summary>
/// <remarks>
/// The section <c>MlOps:Monitoring</c> applies to all models; the section of a model takes precedence. The settings are read once. Changes take effect after
/// a restart.
/// </remarks>
public sealed class MonitoringOptions
{
    internal const string SectionName = "Monitoring";

    /// <summary>Gets or sets a value indicating whether the model is monitored.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the windows in which predictions are profiled.</summary>
    public WindowOptions Windows { get; set; } = new();

    /// <summary>Gets or sets the log of predictions.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>Gets or sets the drift decision.</summary>
    public DriftOptions Drift { get; set; } = new();

    /// <summary>Gets or sets the quality metrics.</summary>
    public QualityOptions Quality { get; set; } = new();

    /// <summary>Gets or sets the alert rules.</summary>
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>Gets or sets a value indicating whether this process evaluates windows that have ended and deletes old data.</summary>
    /// <remarks>Set it to <see langword="false"/> if an offline job calls <see cref="IModelMonitor.EvaluateAsync"/> instead.</remarks>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Evaluate { get; set; } = true;

    /// <summary>Gets or sets the time from the end of a window to its evaluation, so that all instances have written their parts.</summary>
    /// <value>The default is 2 minutes. The range is 0 to 1 day. Later parts change the evaluation of the window.</value>
    public TimeSpan EvaluationDelay { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the time after a prediction during which a new outcome changes the quality of its window.</summary>
    /// <value>The default is 7 days. The range is 1 hour to 365 days. Each evaluation with new outcomes reads the prediction log of this time.</value>
    public TimeSpan OutcomeDelay { get; set; } = TimeSpan.FromDays(7);
}
