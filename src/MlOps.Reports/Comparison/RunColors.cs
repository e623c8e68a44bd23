namespace MlOps.Reports;

/// <summary>Assigns colors to the runs of a comparison.</summary>
internal static class RunColors
{
    /// <summary>The number of colors.</summary>
    public const int Count = 8;

    /// <summary>Assigns colors to the runs with the most best values of training metrics, and then to the first runs.</summary>
    /// <returns>The number of the color of each run, or <see langword="null"/> for a run without a color.</returns>
    public static int?[] Assign(RunComparison comparison)
    {
        var wins = new int[comparison.Runs.Count];
        foreach (var metric in comparison.Metrics.Where(static metric => RunComparison.GroupOf(metric.Name) == 0))
        {
            var best = comparison.FindBest(metric);
            for (var run = 0; run < wins.Length; run++)
            {
                wins[run] += best[run] ? 1 : 0;
            }
        }

        var colors = new int?[wins.Length];
        var chosen = Enumerable.Range(0, wins.Length).OrderByDescending(run => wins[run]).ThenBy(static run => run).Take(Count).Order().ToArray();
        for (var color = 0; color < chosen.Length; color++)
        {
            colors[chosen[color]] = color;
        }

        return colors;
    }
}
