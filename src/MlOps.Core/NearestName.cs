namespace MlOps;

/// <summary>Suggests corrections of misspelled names.</summary>
internal static class NearestName
{
    private const int LongestName = 250;

    /// <summary>Finds the most similar of several names. Case is ignored.</summary>
    /// <param name="name">The misspelled name.</param>
    /// <param name="names">The valid names.</param>
    /// <returns>The most similar name, or <see langword="null"/> if every name needs more than one edit per three characters.</returns>
    public static string? Find(string name, IEnumerable<string> names)
    {
        string? nearest = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in name.Length > LongestName ? [] : names)
        {
            var (given, valid) = (name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (Math.Abs(valid.Length - given.Length) < least && GetDistance(given, valid) is var distance && distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Finds the valid name for a name with any casing: the identical name, or the only name that differs in case alone.</summary>
    public static string? FindIgnoringCase(string name, IEnumerable<string> names)
    {
        string[] alike = [.. names.Where(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase))];
        return Array.Exists(alike, other => other == name) ? name : alike is [var only] ? only : null;
    }

    /// <summary>Gets the sentence "Did you mean 'x'? ", or an empty string if no name is similar.</summary>
    public static string Suggest(string name, IEnumerable<string> names) => Find(name, names) is { } nearest ? $"Did you mean '{nearest}'? " : "";

    /// <summary>Computes the Damerau-Levenshtein distance (optimal string alignment) of two strings.</summary>
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
