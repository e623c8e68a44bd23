using System.Buffers.Text;
using System.Text.Json;

namespace MlOps.Metrics;

/// <summary>Writes the parts of points as JSON. A serializer is several times slower and allocates for each point.</summary>
internal static class MetricJsonText
{
    private const int MaxNumber = 32;
    private const int MillisecondDigits = 4;

    public static void WriteUnit(this Utf8JsonWriter json, MetricSeries series)
    {
        if (series.Unit is { } unit)
        {
            json.WriteString("unit"u8, unit);
        }
    }

    /// <summary>Writes the tags, if any, in ordinal order, so that equal series have equal bytes.</summary>
    public static void WriteTags(this Utf8JsonWriter json, MetricSeries series)
    {
        if (series.Tags.Count == 0)
        {
            return;
        }

        json.WriteStartObject("tags"u8);
        var tags = series.Tags.ToArray();
        Array.Sort(tags, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        foreach (var (key, value) in tags)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a number. Non-finite numbers are written as strings.</summary>
    public static void WriteNumber(this PooledBuffer text, double value)
    {
        if (!double.IsFinite(value))
        {
            text.Write(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
            return;
        }

        Utf8Formatter.TryFormat(value, text.GetSpan(MaxNumber), out var length);
        text.Advance(length);
    }

    public static void WriteNumber(this PooledBuffer text, long value)
    {
        Utf8Formatter.TryFormat(value, text.GetSpan(MaxNumber), out var length);
        text.Advance(length);
    }

    /// <summary>Writes ticks as milliseconds with up to four decimals, without trailing zeros.</summary>
    public static void WriteMilliseconds(this PooledBuffer text, long ticks)
    {
        var (whole, part) = Math.DivRem(ticks, TimeSpan.TicksPerMillisecond);
        if (part == 0)
        {
            WriteNumber(text, whole);
            return;
        }

        if (whole == 0 && part < 0)
        {
            text.Write("-"u8);
        }

        WriteNumber(text, whole);
        text.Write("."u8);
        WriteFraction(text, Math.Abs(part), MillisecondDigits);
    }

    /// <summary>Writes the digits after a decimal point, without trailing zeros.</summary>
    /// <param name="text">The buffer.</param>
    /// <param name="fraction">The digits as a number greater than 0.</param>
    /// <param name="digits">The number of digits, including leading zeros.</param>
    public static void WriteFraction(this PooledBuffer text, long fraction, int digits)
    {
        for (; fraction % 10 == 0; fraction /= 10)
        {
            digits--;
        }

        var span = text.GetSpan(digits)[..digits];
        for (var i = digits - 1; i >= 0; i--, fraction /= 10)
        {
            span[i] = (byte)('0' + (fraction % 10));
        }

        text.Advance(digits);
    }
}
