namespace MlOps;

/// <summary>Finds the valid name that a misspelled one most likely stands for.</summary>
internal static class NearestName
{
    private const int LongestName = 250;

    /// <summary>Finds the nearest of several names, ignoring case.</summary>
    /// <param name="name">The name as it was given.</param>
    /// <param name="names">The valid names.</param>
    /// <returns>The nearest name, or <see langword="null"/> if none is close: at most one edit for each three characters.</returns>
    public static string? Find(string name, IEnumerable<string> names)
    {
        string? nearest = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in name.Length > LongestName ? [] : names)
        {
            if (Math.Abs(candidate.Length - name.Length) < least && GetDistance(name.ToUpperInvariant(), candidate.ToUpperInvariant()) is var distance && distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Finds the valid name that is meant where case does not distinguish: the same name, or else the only one that differs in case alone.</summary>
    public static string? FindIgnoringCase(string name, IEnumerable<string> names)
    {
        string[] alike = [.. names.Where(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase))];
        return Array.Exists(alike, other => other == name) ? name : alike is [var only] ? only : null;
    }

    /// <summary>Gets the sentence "Did you mean 'x'? ", or an empty text if no name is close.</summary>
    public static string Suggest(string name, IEnumerable<string> names) => Find(name, names) is { } nearest ? $"Did you mean '{nearest}'? " : "";

    /// <summary>Counts the insertions, deletions, substitutions and swaps of neighbors that turn one text into another.</summary>
    internal static int GetDistance(string one, string other)
    {
        var (beforeLast, last, current) = (new int[other.Length + 1], Enumerable.Range(0, other.Length + 1).ToArray(), new int[other.Length + 1]);
        for (var i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[other.Length];
    }
}
