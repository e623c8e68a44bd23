using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Creates unique headings for runs.</summary>
internal static class RunHeadings
{
    private const int ShortestSuffix = 6;

    /// <summary>Creates the heading of each run: its name and the end of its identifier.</summary>
    /// <remarks>
    /// The ends have the minimum length at which they differ, and at least 6 digits. The first digits are not used, because they contain the time and are
    /// similar for most runs.
    /// </remarks>
    public static string[] Of(IReadOnlyList<Run> runs)
    {
        var length = ShortestSuffix;
        while (runs.Select(run => Suffix(run, length)).Distinct(StringComparer.Ordinal).Count() < runs.Count)
        {
            length++;
        }

        return [.. runs.Select(run => Name(Clean(run.Name), Suffix(run, length)))];
    }

    private static string Suffix(Run run, int length) => run.Id[^Math.Min(length, run.Id.Length)..];

    /// <summary>Appends the end of the identifier to a name, unless the name ends with it, as default names do.</summary>
    private static string Name(string name, string suffix) => name.EndsWith("-" + suffix, StringComparison.Ordinal) ? name : $"{name} ({suffix})";

    private static string Clean(string name) => string.Concat(name.Select(static letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
