using System.Globalization;

namespace MlOps.Monitoring.Drift;

/// <summary>Formats numbers for sentences.</summary>
internal static class Words
{
    /// <summary>Formats a share as a percentage with two significant digits.</summary>
    public static string Share(double share)
    {
        var percent = 100 * share;
        return percent switch
        {
            0 => "0 %",
            < 0.1 => "less than 0.1 %",
            < 10 => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} %"),
            > 99 and < 100 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(10 * percent) / 10:0.0} %"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{percent:0} %"),
        };
    }

    /// <summary>Formats the probability that chance causes a difference.</summary>
    public static string Chance(double probability) => probability switch
    {
        < 1e-6 => "less than 1 of a million",
        < 0.1 => string.Create(CultureInfo.InvariantCulture, $"about 1 of {1 / probability:#,0}"),
        _ => $"about {Share(probability)} of all",
    };
}
