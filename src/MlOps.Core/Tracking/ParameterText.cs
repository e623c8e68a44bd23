using System.Collections;
using System.Globalization;
using System.Text;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>Formats values as the texts of parameters, in the invariant culture.</summary>
public static class ParameterText
{
    private const int MaxDepth = 16;
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

    /// <summary>Formats a value.</summary>
    /// <remarks>
    /// A text is itself, <see langword="null"/> is <c>null</c>, a boolean is <c>true</c> or <c>false</c>, an enumeration value is its name, a number has all
    /// digits that it needs to be read back, a date or time is in ISO 8601, a list is <c>[1, 2, 3]</c>, and a dictionary is <c>{"a": 1}</c>. Texts in these are
    /// in double quotes.
    /// </remarks>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentException">The text is longer than 100,000 characters, or lists nest deeper than 16 levels.</exception>
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
                ? $"The value nests deeper than {MaxDepth} levels. Record its parts as parameters of their own, or put it in a file."
                : $"The value has more than {RecordText.MaxTextLength} characters as text. Put longer values in a file.");
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
