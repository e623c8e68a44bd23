using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Names runs where several are side by side.</summary>
internal static class RunHeadings
{
    private const int ShortestSuffix = 6;

    /// <summary>Names each run by its name and the end of its identifier.</summary>
    /// <remarks>The ends have the least length at which they differ, and at least 6 digits. The first digits of an identifier are its time, so they are of no
    /// use.</remarks>
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

    /// <summary>Adds the end of the identifier to a name that does not have it. A default name has it.</summary>
    private static string Name(string name, string suffix) => name.EndsWith("-" + suffix, StringComparison.Ordinal) ? name : $"{name} ({suffix})";

    private static string Clean(string name) => string.Concat(name.Select(static letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
