using System.Globalization;
using System.Text;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Formats values for people.</summary>
internal static class ReportText
{
    /// <summary>The text in place of a value that is not defined.</summary>
    public const string None = "–";

    private const int LongestName = 80;
    private const int LongestSentence = 600;
    private const double LeastPValue = 0.0001;

    /// <summary>Formats a name, which may be long, empty or hostile, on one line.</summary>
    public static string Name(string name) => Cut(Clean(name), LongestName) is { Length: > 0 } shown ? shown : "(empty)";

    /// <summary>Formats a sentence from another part of the library, which may contain hostile names, on one line.</summary>
    public static string Sentence(string text) => Cut(Clean(text), LongestSentence);

    /// <summary>Formats a share, 0 to 1, as a percentage. A share that is neither 0 nor 1 is never shown as 0 % or 100 %.</summary>
    public static string Percent(double share) => share switch
    {
        double.NaN => None,
        0 => "0 %",
        1 => "100 %",
        < 0.001 => "< 0.1 %",
        > 0.999 => "> 99.9 %",
        < 0.1 or > 0.99 => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %",
        _ => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>Formats a p-value, which is a dash if it is NaN.</summary>
    public static string PValue(double value) => value < LeastPValue ? "< 0.0001" : Number(value);

    /// <summary>Formats a number, which is a dash if it is NaN.</summary>
    public static string Number(double value) => double.IsNaN(value) ? None : DisplayText.Number(value);

    /// <summary>Formats a number with three significant digits, or an integer with all digits.</summary>
    public static string Short(double value) => value == Math.Truncate(value) || !double.IsFinite(value)
        ? Number(value)
        : Number(double.Parse(value.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long count, string singular, string plural) => $"{Count(count)} {(count == 1 ? singular : plural)}";

    /// <summary>Formats a time in UTC, to the minute.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Formats a metric with its 95 % confidence interval.</summary>
    public static string Estimate(Quality.QualityEstimate estimate) => double.IsNaN(estimate.Low) || double.IsNaN(estimate.High)
        ? Short(estimate.Value)
        : $"{Short(estimate.Value)} ({Short(estimate.Low)} to {Short(estimate.High)})";

    /// <summary>Formats a text as a C# string literal on one line.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' or '\\' => literal.Append('\\').Append(unit),
                < ' ' or > '~' when !char.IsLetterOrDigit(unit) => literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => literal.Append(unit),
            };
        }

        return literal.Append('"').ToString();
    }

    /// <summary>Replaces characters that would change the direction or the line of the text around them.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in Svg.Clean(text).EnumerateRunes())
        {
            clean.Append(
                Rune.IsWhiteSpace(rune) ? new Rune(' ')
                : Rune.IsControl(rune) || rune.Value is 0x200e or 0x200f or (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069) ? Rune.ReplacementChar
                : rune);
        }

        return clean.ToString().Trim();
    }

    private static string Cut(string text, int longest)
    {
        var runes = text.EnumerateRunes().Take(longest + 1).ToArray();
        return runes.Length <= longest ? text : string.Concat(runes.Take(longest - 1)) + "…";
    }
}
