using System.Collections;
using System.Globalization;
using System.Text;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>Converts values of parameters to text in the invariant culture.</summary>
public static class ParameterText
{
    private const int MaxDepth = 16;
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

    /// <summary>Converts a value to text.</summary>
    /// <remarks>A string is returned unchanged. <see langword="null"/> becomes <c>null</c>, a Boolean value becomes <c>true</c> or
    /// <c>false</c>, and an enumeration value becomes its name. Numbers have all digits that are required to parse them without loss. Dates
    /// and times are in ISO 8601. A list becomes <c>[1, 2, 3]</c>, and a dictionary becomes <c>{"a": 1}</c>. Strings in lists and
    /// dictionaries are in double quotes.</remarks>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentException">The text is longer than 100,000 characters, or lists are nested deeper than 16
    /// levels.</exception>
    public static string Format(object? value) => value switch
    {
        string text => text,
        char character => character.ToString(),
        _ => Append(new StringBuilder(), value, 0).ToString(),
    };

    private static StringBuilder Append(StringBuilder text, object? value, int depth)
    {
        if (text.Length > RecordText.MaxTextLength || depth > MaxDepth)
        {
            throw new ArgumentException(depth > MaxDepth
                ? $"The value is nested deeper than {MaxDepth} levels. Record its parts as separate parameters, or store the value as an artifact."
                : $"The text of the value has more than {RecordText.MaxTextLength} characters. Store longer values as an artifact.");
        }

        return value switch
        {
            null => text.Append("null"),
            string or char => AppendQuoted(text, value.ToString()!),
            bool truth => text.Append(truth ? "true" : "false"),
            Enum name => text.Append(name),
            DateTime time => text.Append(time.ToString(TimeFormat, CultureInfo.InvariantCulture)),
            DateTimeOffset time => text.Append(time.ToString(TimeFormat, CultureInfo.InvariantCulture)),
            DateOnly date => text.Append(date.ToString("O", CultureInfo.InvariantCulture)),
            TimeOnly time => text.Append(time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
            IDictionary entries => AppendAll(text, '{', entries.GetEnumerator(), '}', depth),
            IEnumerable items => AppendAll(text, '[', items.GetEnumerator(), ']', depth),
            DictionaryEntry entry => Append(Append(text, entry.Key, depth).Append(": "), entry.Value, depth),
            IFormattable number => text.Append(number.ToString(null, CultureInfo.InvariantCulture)),
            _ => text.Append(value),
        };
    }

    private static StringBuilder AppendQuoted(StringBuilder text, string value) => text
        .Append('"')
        .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
        .Append('"');

    private static StringBuilder AppendAll(StringBuilder text, char opening, IEnumerator items, char closing, int depth)
    {
        text.Append(opening);
        using var _ = items as IDisposable;
        for (var isFirst = true; items.MoveNext(); isFirst = false)
        {
            Append(isFirst ? text : text.Append(", "), items.Current, depth + 1);
        }

        return text.Append(closing);
    }
}
