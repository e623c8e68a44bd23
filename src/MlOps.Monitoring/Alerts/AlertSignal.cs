namespace MlOps.Monitoring.Alerts;

/// <summary>The result of a rule for one window.</summary>
/// <param name="Condition">Whether the condition of the alert is met; <see langword="null"/> if the window does not have enough data.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Threshold">The threshold.</param>
/// <param name="Summary">The value in words, as the beginning of a sentence.</param>
internal readonly record struct AlertSignal(bool? Condition, double Value, double Threshold, string Summary)
{
    /// <summary>Gets the signal of a window without enough data.</summary>
    public static AlertSignal Unknown => new(null, double.NaN, double.NaN, "");
}
