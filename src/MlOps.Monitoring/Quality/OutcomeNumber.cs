using System.Globalization;

namespace MlOps.Monitoring.Quality;

/// <summary>Reads outcomes that are numbers.</summary>
internal static class OutcomeNumber
{
    /// <summary>Reads the number of an outcome. A text is parsed in the invariant culture.</summary>
    /// <returns><see langword="false"/> if the outcome is not a finite number, which is counted as a fault.</returns>
    public static bool TryRead(ActualValue actual, QualityFaults faults, out double number)
    {
        number = actual.Number;
        if (actual.Text is { } text && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            faults.Count(
                "{0} outcomes are not numbers, the first is '{1}'. They were left out. Record a number, with a decimal point.", QualityFaults.Shorten(text));
            return false;
        }

        if (!double.IsFinite(number))
        {
            faults.Count("{0} outcomes are NaN or infinite, and were left out. Record a finite number.");
            return false;
        }

        return true;
    }
}
