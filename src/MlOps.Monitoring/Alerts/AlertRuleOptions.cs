namespace MlOps.Monitoring.Alerts;

/// <summary>The options of an alert rule. A rule uses the bounds that <see cref="AlertOptions"/> documents; others are refused.</summary>
public sealed class AlertRuleOptions
{
    /// <summary>Gets or sets a value indicating whether the rule is used.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the minimum value, inclusive. A lower value meets the condition of the alert.</summary>
    /// <value>Finite, in the unit of the value; the default, <see langword="null"/>, is no bound.</value>
    public double? AtLeast { get; set; }

    /// <summary>Gets or sets the maximum value, inclusive. A higher value meets the condition of the alert.</summary>
    /// <value>Finite, in the unit of the value; the default, <see langword="null"/>, is no bound.</value>
    public double? AtMost { get; set; }

    /// <summary>Gets or sets the time after which the rule is evaluated.</summary>
    /// <value>1 minute to 365 days; the default is <see langword="null"/>.</value>
    public TimeSpan? After { get; set; }

    /// <summary>Gets or sets the number of consecutive windows that raise the alert.</summary>
    /// <value>1 to 100; the default, <see langword="null"/>, is <see cref="AlertOptions.RaiseAfter"/>.</value>
    public int? RaiseAfter { get; set; }

    /// <summary>Gets or sets the number of consecutive windows that resolve the alert.</summary>
    /// <value>1 to 100; the default, <see langword="null"/>, is <see cref="AlertOptions.ResolveAfter"/>.</value>
    public int? ResolveAfter { get; set; }

    /// <summary>Gets or sets the minimum time between the end of the alert and the next one.</summary>
    /// <value>Zero to 365 days; the default, <see langword="null"/>, is <see cref="AlertOptions.CoolDown"/>.</value>
    public TimeSpan? CoolDown { get; set; }
}
