using System.Globalization;

namespace MlOps.Reports;

/// <summary>Formats numbers and durations for display. Exports for programs contain exact numbers instead.</summary>
internal static class DisplayText
{
    /// <summary>Formats a number with four significant digits, or an integer below 10,000,000 with all digits.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        }

        if (Math.Abs(value) < 1e7 && value == Math.Truncate(value))
        {
            return (value == 0 ? 0 : value).ToString("0", CultureInfo.InvariantCulture);
        }

        var rounded = double.Parse(value.ToString("E3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return rounded.ToString(Math.Abs(rounded) is >= 1e-4 and < 1e4 ? "0.#######" : "0.###e0", CultureInfo.InvariantCulture);
    }

    /// <summary>Formats a duration in its two largest units, such as <c>3 min 12 s</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 1 } => Join((long)duration.TotalMilliseconds, "ms"),
        { TotalMinutes: < 1 } => (Math.Floor(duration.TotalSeconds * 10) / 10).ToString("0.#' s'", CultureInfo.InvariantCulture),
        { TotalHours: < 1 } => Join(duration.Minutes, "min", duration.Seconds, "s"),
        { TotalDays: < 1 } => Join(duration.Hours, "h", duration.Minutes, "min"),
        _ => Join(duration.Days, "d", duration.Hours, "h"),
    };

    private static string Join(long count, string unit, long rest = 0, string smaller = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {unit}") + (rest == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {rest} {smaller}"));
}
