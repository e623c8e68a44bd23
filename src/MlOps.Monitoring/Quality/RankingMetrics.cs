namespace MlOps.Monitoring.Quality;

/// <summary>Metrics of one ranked group.</summary>
internal static class RankingMetrics
{
    /// <summary>Computes the normalised discounted cumulative gain: Σ rᵢ/log₂(i + 1) over the first ranks, divided by its maximum.</summary>
    /// <param name="rows">The rows in descending order of the scores, with relevances of at least 0.</param>
    /// <param name="topK">The number of ranks.</param>
    /// <returns>0 to 1; NaN if no row is relevant. Rows with equal scores have their mean relevance, as in scikit-learn.</returns>
    /// <seealso href="https://doi.org/10.1145/582415.582418">Järvelin and Kekäläinen (2002).</seealso>
    public static double Ndcg(List<(double Score, double Relevance)> rows, int topK)
    {
        var ideal = rows.Select(static row => row.Relevance).OrderDescending().Take(topK).Select(Discount).Sum();
        if (ideal == 0)
        {
            return double.NaN;
        }

        var gain = 0.0;
        for (var (start, end) = (0, 0); start < Math.Min(topK, rows.Count); start = end)
        {
            end = EndOfTies(rows, start);
            var mean = 0.0;
            for (var i = start; i < end; i++)
            {
                mean += rows[i].Relevance / (end - start);
            }

            for (var i = start; i < Math.Min(end, topK); i++)
            {
                gain += Discount(mean, i);
            }
        }

        return gain / ideal;

        static double Discount(double relevance, int index) => relevance / Math.Log2(index + 2);
    }

    /// <summary>Computes the reciprocal of the rank of the first relevant row.</summary>
    /// <param name="rows">The rows in descending order of the scores.</param>
    /// <returns>0 to 1; 0 if no row is relevant. If it has the same score as other rows, the rank is its mean over their orders.</returns>
    /// <seealso href="https://trec.nist.gov/pubs/trec8/papers/qa_report.pdf">Voorhees (1999).</seealso>
    public static double ReciprocalRank(List<(double Score, double Relevance)> rows)
    {
        for (var (start, end) = (0, 0); start < rows.Count; start = end)
        {
            end = EndOfTies(rows, start);
            var relevant = 0;
            for (var i = start; i < end; i++)
            {
                relevant += rows[i].Relevance > 0 ? 1 : 0;
            }

            if (relevant > 0)
            {
                return 1 / (start + ((end - start + 1.0) / (relevant + 1)));
            }
        }

        return 0;
    }

    private static int EndOfTies(List<(double Score, double Relevance)> rows, int start)
    {
        var end = start + 1;
        while (end < rows.Count && rows[end].Score == rows[start].Score)
        {
            end++;
        }

        return end;
    }
}
