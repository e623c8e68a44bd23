namespace MlOps.Monitoring.Alerts;

/// <summary>The alert rules of a served model, in the section <c>MlOps:Models:&lt;name&gt;:Monitoring:Alerts</c>.</summary>
/// <remarks>
/// Without configuration, two rules are in use: <see cref="Drift"/> and <see cref="Refusals"/>. A window without enough data neither raises nor resolves
/// an alert; it is skipped. If a window of a healthy model meets a condition by chance with the probability p, then the three consecutive windows of the
/// default <see cref="RaiseAfter"/> occur about (1 − p) p³ times per window: for p = 5 %, which is the level of the drift decision, once in 8,400 windows,
/// or about once a year with windows of an hour.
/// </remarks>
public sealed class AlertOptions
{
    /// <summary>Gets or sets a value indicating whether the rules are used.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the number of consecutive windows that raise an alert.</summary>
    /// <value>1 to 100; the default is 3.</value>
    public int RaiseAfter { get; set; } = 3;

    /// <summary>Gets or sets the number of consecutive windows that resolve an alert.</summary>
    /// <value>1 to 100; the default is 2.</value>
    public int ResolveAfter { get; set; } = 2;

    /// <summary>Gets or sets the minimum time between the end of an alert and the next alert of the same rule.</summary>
    /// <value>Zero to 365 days; the default is 6 hours.</value>
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Gets or sets the rule on the share of drifted features among the features with a decision, 0 to 1.</summary>
    /// <value>It uses <see cref="AlertRuleOptions.AtMost"/>; the default is 0.3.</value>
    public AlertRuleOptions Drift { get; set; } = new();

    /// <summary>Gets the rules on the drift of one input or output, by its name.</summary>
    /// <value>
    /// A rule uses <see cref="AlertRuleOptions.AtMost"/>, a bound of the effect size in addition to the drift decision; without a bound, the drift decision
    /// alone counts. The default is empty.
    /// </value>
    public IDictionary<string, AlertRuleOptions> Features { get; } = new Dictionary<string, AlertRuleOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the rules on quality metrics, by the name of the metric, such as <c>accuracy</c>, or <c>estimated.accuracy</c> for the estimate
    /// without outcomes.</summary>
    /// <value>
    /// A rule uses <see cref="AlertRuleOptions.AtLeast"/> or <see cref="AlertRuleOptions.AtMost"/>, or both. The condition is met if the whole 95 %
    /// confidence interval is outside the bounds. A window whose value is outside, but whose interval is not, is skipped. The default is empty.
    /// </value>
    public IDictionary<string, AlertRuleOptions> Quality { get; } = new Dictionary<string, AlertRuleOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the rule on the share of rejected rows, 0 to 1.</summary>
    /// <value>
    /// It uses <see cref="AlertRuleOptions.AtMost"/>; the default is 0.1. The condition is met if the lower bound of the 95 % Wilson interval is higher.
    /// </value>
    public AlertRuleOptions Refusals { get; set; } = new();

    /// <summary>Gets or sets the rule on the 99th percentile of the latency, in milliseconds.</summary>
    /// <value>It uses <see cref="AlertRuleOptions.AtMost"/>; without a bound, which is the default, the rule is not used.</value>
    public AlertRuleOptions LatencyP99 { get; set; } = new();

    /// <summary>Gets or sets the rule on the time without predictions.</summary>
    /// <value>
    /// It uses <see cref="AlertRuleOptions.After"/>; without it, which is the default, the rule is not used. It raises after that time and resolves with the
    /// next predictions, and has no number of windows.
    /// </value>
    public AlertRuleOptions NoData { get; set; } = new();

    /// <summary>Gets or sets the rule on the share of predictions with an outcome, 0 to 1.</summary>
    /// <value>
    /// It evaluates windows that ended at least <see cref="AlertRuleOptions.After"/> ago; without it, which is the default, the rule is not used. It uses
    /// <see cref="AlertRuleOptions.AtLeast"/>; the default is 0.5.
    /// </value>
    public AlertRuleOptions NoOutcomes { get; set; } = new();
}
