namespace MlOps.Monitoring;

/// <summary>Assigns rows to the folds of a cross-validation.</summary>
internal static class Folds
{
    /// <summary>Assigns each row to a fold at random, so that the numbers of rows of each group differ by at most one between two folds.</summary>
    /// <param name="isCurrent">The group of each row.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The fold of each row, from 0.</returns>
    public static int[] Assign(IReadOnlyList<bool> isCurrent, int folds, int seed)
    {
        var foldOf = new int[isCurrent.Count];
        var random = new Random(seed);
        foreach (var group in Enumerable.Range(0, isCurrent.Count).ToLookup(row => isCurrent[row]))
        {
            int[] rows = [.. group];
            random.Shuffle(rows);
            for (var index = 0; index < rows.Length; index++)
            {
                foldOf[rows[index]] = index % folds;
            }
        }

        return foldOf;
    }
}
