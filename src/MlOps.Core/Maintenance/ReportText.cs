using System.Globalization;

namespace MlOps.Maintenance;

/// <summary>Formats numbers for the text of reports, with the invariant culture.</summary>
internal static class ReportText
{
    /// <summary>The number of faults and items that the text of a report contains.</summary>
    public const int MaxLines = 5;

    /// <summary>Formats a size, such as <c>3.4 MiB</c>.</summary>
    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):N1} MiB");

    /// <summary>Formats a number with its noun, such as <c>1 file</c> or <c>1,200 files</c>.</summary>
    public static string Count(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>Formats a duration: in seconds below one minute, and as <c>h:mm:ss</c> otherwise.</summary>
    public static string Duration(TimeSpan duration) => duration < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}:{duration:mm\\:ss}");

    /// <summary>Formats the first items of a list, one per line, followed by the number of further items.</summary>
    /// <param name="title">The title, which precedes the number of all items.</param>
    /// <param name="items">The items that are known.</param>
    /// <param name="total">The number of all items, which may be larger.</param>
    /// <returns>The lines, including the title.</returns>
    public static IEnumerable<string> List<T>(string title, IReadOnlyList<T> items, long total)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{title}: {total:N0}");
        var shown = Math.Min(items.Count, MaxLines);
        foreach (var item in items.Take(shown))
        {
            yield return $"- {item}";
        }

        if (total > shown)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"- and {total - shown:N0} more");
        }
    }

    /// <summary>Joins lines.</summary>
    public static string Join(IEnumerable<string> lines) => string.Join(Environment.NewLine, lines);
}
