namespace MlOps.Monitoring.Alerts;

/// <summary>Suggests corrections of misspelled names.</summary>
internal static class SimilarName
{
    /// <summary>Gets the sentence "Did you mean 'x'? ", or an empty string if no name is similar.</summary>
    public static string Suggest(string name, IEnumerable<string> names)
    {
        var nearest = names.Select(other => (Name: other, Distance: GetDistance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .OrderBy(static item => item.Distance)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, name.Length / 3) ? $"Did you mean '{nearest.Name}'? " : "";
    }

    /// <summary>Computes the Damerau-Levenshtein distance (optimal string alignment) of two strings.</summary>
    private static int GetDistance(string one, string other)
    {
        var (beforeLast, last, current) = (new int[other.Length + 1], Enumerable.Range(0, other.Length + 1).ToArray(), new int[other.Length + 1]);
        for (var i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
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
