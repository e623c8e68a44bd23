using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Parses the values of CSV fields, independent of the culture.</summary>
internal static class CsvValue
{
    /// <summary>The length of a date in ISO 8601.</summary>
    public const int DateLength = 10;

    private const int MaxMomentLength = 40;
    private const int TickDigits = 7;
    private const int MaxFractionDigits = 9;

    private static readonly string[] s_moments =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mmK",
    ];

    /// <summary>Gets the format of numbers with a decimal comma.</summary>
    public static NumberFormatInfo DecimalComma { get; } = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };

    /// <summary>Gets the format of numbers with a decimal point.</summary>
    public static NumberFormatInfo DecimalPoint => NumberFormatInfo.InvariantInfo;

    // The parsers of .NET ignore null characters at the end of the text.
    public static bool TryParseBoolean(ReadOnlySpan<char> text, out bool value) => bool.TryParse(text, out value) && !text.Contains('\0');

    public static bool TryParseInteger(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) && !HasLeadingZero(text) && !text.Contains('\0');

    public static bool TryParseNumber(ReadOnlySpan<char> text, NumberFormatInfo format, out double value) =>
        (double.TryParse(text, NumberStyles.Float, format, out value) && !HasLeadingZero(text) && !text.Contains('\0')) || TryParseInfinity(text, out value);

    /// <summary>Parses infinity in its long form or in the short form of C, Python and PostgreSQL, which .NET does not parse.</summary>
    public static bool TryParseInfinity(ReadOnlySpan<char> text, out double value)
    {
        text = text.Trim(' ');
        value = text.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
        var word = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        return word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase);
    }

    public static bool TryParseDate(ReadOnlySpan<char> text, out DateTimeOffset value)
    {
        value = default;
        return text.Length == DateLength && TryParse(text, ["yyyy-MM-dd"], out value);
    }

    public static bool TryParseMoment(ReadOnlySpan<char> text, out DateTimeOffset value) => TryParseMoment(text, out value, out _);

    /// <summary>Parses a date with a time.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The date and time, truncated to ticks of 100 nanoseconds.</param>
    /// <param name="nanoseconds">The truncated part, from 0 to 99.</param>
    public static bool TryParseMoment(ReadOnlySpan<char> text, out DateTimeOffset value, out int nanoseconds)
    {
        (value, nanoseconds) = (default, 0);
        if (text.Length is <= DateLength or > MaxMomentLength || text[4] != '-')
        {
            return false;
        }

        // Convert to a form that .NET parses: at most seven digits of a second, and minutes in the offset (PostgreSQL writes +00).
        Span<char> buffer = stackalloc char[MaxMomentLength + 3];
        var fraction = text.IndexOf('.') + 1;
        var digits = fraction == 0 ? 0 : text[fraction..].IndexOfAnyExceptInRange('0', '9') is var count and >= 0 ? count : text.Length - fraction;
        if (digits > MaxFractionDigits)
        {
            return false;
        }

        var cut = Math.Max(0, digits - TickDigits);
        for (var i = 0; i < MaxFractionDigits - TickDigits; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < cut ? text[fraction + TickDigits + i] - '0' : 0);
        }

        var kept = text.Length;
        if (cut > 0)
        {
            text[..(fraction + TickDigits)].CopyTo(buffer);
            text[(fraction + digits)..].CopyTo(buffer[(fraction + TickDigits)..]);
            kept -= cut;
        }
        else
        {
            text.CopyTo(buffer);
        }

        if (buffer[kept - 3] is '+' or '-')
        {
            ":00".CopyTo(buffer[kept..]);
            kept += 3;
        }

        return TryParse(buffer[..kept], s_moments, out value);
    }

    /// <summary>Determines whether a text is a boolean, a number with either decimal separator, or a time.</summary>
    public static bool IsTyped(ReadOnlySpan<char> text) =>
        TryParseBoolean(text, out _) || TryParseNumber(text, DecimalPoint, out _) || TryParseNumber(text, DecimalComma, out _)
        || TryParseDate(text, out _) || TryParseMoment(text, out _);

    private static bool TryParse(ReadOnlySpan<char> text, string[] formats, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);

    /// <summary>Determines whether a text has a leading zero before another digit, as in postal codes and keys, whose zeros are significant.</summary>
    private static bool HasLeadingZero(ReadOnlySpan<char> text)
    {
        var digits = text.TrimStart(" +-");
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }
}
