using System.Text;

namespace MlOps.Registry;

/// <summary>Formats untrusted text as Markdown, so that it is displayed literally.</summary>
internal static class Markdown
{
    private const string Special = "\\`*_{}[]#|<>&~!$@";

    /// <summary>Escapes a text for a single line, such as a cell of a table.</summary>
    public static string Inline(string? text)
    {
        var escaped = new StringBuilder();
        foreach (var character in text ?? "")
        {
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                escaped.Append(' ');
                continue;
            }

            if (Special.Contains(character, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    /// <summary>Escapes a text as a block quotation and keeps its lines.</summary>
    public static string Quote(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim());
        return string.Join("\n", lines.Select(static line => $"> {EscapeStart(Inline(line))}".TrimEnd()));
    }

    /// <summary>Formats a row of a table.</summary>
    public static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>Formats the header of a table.</summary>
    public static string Head(params string[] cells) => $"{Row(cells)}\n|{string.Concat(cells.Select(static _ => "---|"))}";

    /// <summary>Formats a text as a C# string literal.</summary>
    public static string Literal(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Escapes characters that begin a list or underline a heading at the start of a line.</summary>
    private static string EscapeStart(string line)
    {
        if (line is ['-' or '+' or '=', ..])
        {
            return "\\" + line;
        }

        var digits = line.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && line[digits] == '.' ? line.Insert(digits, "\\") : line;
    }
}
