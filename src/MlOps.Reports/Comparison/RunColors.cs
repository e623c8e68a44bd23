namespace MlOps.Reports;

/// <summary>Chooses the runs of a comparison that have a color of their own.</summary>
internal static class RunColors
{
    /// <summary>The number of colors.</summary>
    public const int Count = 8;

    /// <summary>Gives colors to the runs with the most best values of metrics of training, and then to the first runs.</summary>
    /// <returns>For each run the number of its color; <see langword="null"/> for a run without one.</returns>
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
