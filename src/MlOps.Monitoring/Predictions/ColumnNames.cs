namespace MlOps.Monitoring.Predictions;

/// <summary>Suggests corrections of misspelled column names.</summary>
internal static class ColumnNames
{
    /// <summary>Gets the sentence "Did you mean 'x'? ", or an empty text if no name is similar.</summary>
    /// <param name="name">The misspelled name.</param>
    /// <param name="names">The valid names.</param>
    public static string Suggest(string name, IEnumerable<string> names)
    {
        var nearest = names.Select(other => (Name: other, Distance: Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .Where(other => other.Distance <= Math.Max(1, name.Length / 3)).OrderBy(static other => other.Distance).Select(static other => other.Name)
            .FirstOrDefault();
        return nearest is null ? "" : $"Did you mean '{nearest}'? ";
    }

    /// <summary>Computes the Levenshtein distance.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
