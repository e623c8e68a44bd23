namespace MlOps.Monitoring.Quality;

public sealed class RankingTests
{
    [Test]
    public void Metrics_agree_with_their_definitions()
    {
        // Group a: relevances in order 3, 2, 3, 0, 1, 2, the example of Wikipedia: DCG₆ 6.861, ideal DCG₆ of these rows 7.141.
        var rows = Rows.Of(
            ("GroupId", new[] { "a", "a", "a", "b", "a", "a", "a", "b" }),
            ("Score", new double[] { 6, 5, 4, 2, 3, 2, 1, 1 }));

        var result = Rows.Evaluate(new() { TopK = 6 }, rows, Rows.Actuals(3, 2, 3, 0, 0, 1, 2, 1));

        var first = (3 + (2 / Math.Log2(3)) + (3 / 2.0) + (1 / Math.Log2(6)) + (2 / Math.Log2(7)))
            / (3 + (3 / Math.Log2(3)) + (2 / 2.0) + (2 / Math.Log2(5)) + (1 / Math.Log2(6)));
        Assert.That(first, Is.EqualTo(6.861 / 7.141).Within(1e-4));
        Assert.That(result.Metrics["ndcg_at_6"].Value, Is.EqualTo((first + (1 / Math.Log2(3))) / 2).Within(1e-12));
        Assert.That(result.Metrics["mrr"].Value, Is.EqualTo(0.75));
    }

    [Test]
    public void Equal_scores_have_the_mean_of_their_orders()
    {
        var rows = new List<(double Score, double Relevance)> { (1, 1), (1, 0), (1, 0) };

        Assert.That(RankingMetrics.Ndcg(rows, 3), Is.EqualTo((1 + (1 / Math.Log2(3)) + (1 / Math.Log2(4))) / 3).Within(1e-12));
        Assert.That(RankingMetrics.ReciprocalRank(rows), Is.EqualTo(0.5));
    }

    [Test]
    public void Groups_without_outcome_or_relevant_row_are_reported()
    {
        var rows = Rows.Of(("GroupId", new double[] { 1, 1, 2, 3 }), ("Score", new double[] { 2, 1, 1, 1 }));
        ActualValue[] actuals = [default, ActualValue.From(1), default, ActualValue.From(0)];

        var result = Rows.Evaluate(new(), rows, actuals);

        Assert.That(result.Metrics["ndcg_at_10"].Value, Is.EqualTo(1 / Math.Log2(3)).Within(1e-12), "a row without an outcome is not relevant");
        Assert.That(result.Metrics["mrr"].Value, Is.EqualTo(0.25));
        Assert.That(result.Warnings, Has.Some.StartsWith("1 groups have no outcome").And.Some.StartsWith("1 groups have no relevant row"));
    }

    [Test]
    public void Negative_relevances_and_rows_without_group_are_reported()
    {
        var rows = Rows.Of(("GroupId", new[] { "a", "a", null }), ("Score", new double[] { 2, 1, 1 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(1, -1, 1));

        Assert.That(result.Outcomes, Is.EqualTo(1));
        Assert.That(result.Warnings, Has.Some.StartsWith("1 outcomes are negative, the first is -1").And.Some.StartsWith("1 rows have no group"));
    }

    [Test]
    public void Segments_of_a_ranking_count_groups()
    {
        var groups = Enumerable.Range(0, 40).SelectMany(static i => new[] { $"g{i}", $"g{i}" }).ToArray();
        var rows = Rows.Of(
            ("GroupId", groups),
            ("Score", groups.Select(static (_, i) => (double)(i % 2)).ToArray()),
            ("country", groups.Select(static (_, i) => i < 40 ? "DE" : "FR").ToArray()));
        var actuals = Rows.Actuals([.. groups.Select(static (_, i) => i < 40 ? i % 2 : 1 - (i % 2))]);

        var result = Rows.Evaluate(new() { Segments = { "country" }, MinimumRows = 10, SegmentMetric = "mrr" }, rows, actuals);

        var segments = result.Segments.Select(static segment => (segment.Value, segment.Rows, segment.Estimate.Value));
        Assert.That(segments, Is.EqualTo(new[] { ("FR", 20L, 0.5), ("DE", 20L, 1.0) }));
    }
}
