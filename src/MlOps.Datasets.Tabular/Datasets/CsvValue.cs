using System.Globalization;

namespace MlOps.Datasets;

/// <summary>What a field of a CSV file may be, whatever the culture of the machine.</summary>
internal static class CsvValue
{
    /// <summary>The length of a day in ISO 8601.</summary>
    public const int DateLength = 10;

    private static readonly string[] s_moments =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mmK",
    ];

    public static bool TryParseInteger(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) && !HasLeadingZero(text);

    public static bool TryParseNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !HasLeadingZero(text);

    public static bool TryParseDate(ReadOnlySpan<char> text, out DateTimeOffset value)
    {
        value = default;
        return text.Length == DateLength && TryParse(text, ["yyyy-MM-dd"], out value);
    }

    public static bool TryParseMoment(ReadOnlySpan<char> text, out DateTimeOffset value)
    {
        value = default;
        return text.Length > DateLength && text[4] == '-' && TryParse(text, s_moments, out value);
    }

    private static bool TryParse(ReadOnlySpan<char> text, string[] formats, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);

    /// <summary>Tells whether a zero comes before another digit, as in postal codes and keys, which are no numbers: the zero matters.</summary>
    private static bool HasLeadingZero(ReadOnlySpan<char> text)
    {
        var digits = text.TrimStart(" +-");
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }
}
