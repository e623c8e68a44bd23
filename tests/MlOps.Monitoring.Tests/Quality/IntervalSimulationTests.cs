using MathNet.Numerics.Distributions;
using MlOps.Testing;

namespace MlOps.Monitoring.Quality;

/// <summary>The intervals of realised metrics contain the true value at the stated level. True values are from closed forms or one large sample.</summary>
[Category("Soak")]
public sealed class IntervalSimulationTests
{
    private static int TrueRows => Soak.Count(reduced: 500_000, full: 2_000_000);

    private static int Windows => Soak.Count(reduced: 100, full: 4_000);

    /// <summary>Coverage may be below the level by at most 1.5 percentage points: the intervals are asymptotic.</summary>
    [TestCase(200)]
    [TestCase(2_000)]
    public void Intervals_of_two_classes_cover_the_true_value(int rows)
    {
        var random = new Random(rows);
        AssertCoverage(() => Binary(random, rows), Binary(new Random(7), TrueRows), 0.935);
    }

    [TestCase(300)]
    [TestCase(3_000)]
    public void Intervals_of_three_classes_cover_the_true_value(int rows)
    {
        var random = new Random(rows);
        AssertCoverage(() => Multiclass(random, rows), Multiclass(new Random(7), TrueRows / 4), 0.935);
    }

    [TestCase(100)]
    [TestCase(1_000)]
    public void Intervals_of_a_regression_cover_the_true_value(int rows)
    {
        var random = new Random(rows);
        AssertCoverage(() => Regression(random, rows), Regression(new Random(7), TrueRows), 0.93);
    }

    private static void AssertCoverage(Func<QualityResult> simulate, QualityResult truth, double level)
    {
        var covered = truth.Metrics.Keys.ToDictionary(static name => name, static _ => 0);
        for (var window = 0; window < Windows; window++)
        {
            foreach (var (name, estimate) in simulate().Metrics)
            {
                covered[name] += truth.Metrics[name].Value >= estimate.Low && truth.Metrics[name].Value <= estimate.High ? 1 : 0;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, count) in covered)
            {
                TestContext.Out.WriteLine($"{name}: {100.0 * count / Windows:F1} %");
                Assert.That(Intervals.Wilson(count, Windows).High, Is.GreaterThanOrEqualTo(level), $"{name}: {count} of {Windows}");
            }
        }
    }

    private static QualityResult Binary(Random random, int rows)
    {
        var (scores, predicted, actuals) = (new double[rows], new double[rows], new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            var x = Normal.Sample(random, -0.5, 1.5);
            scores[i] = 1 / (1 + Math.Exp(-1.2 * x));
            predicted[i] = scores[i] >= 0.5 ? 1 : 0;
            actuals[i] = random.NextDouble() < 1 / (1 + Math.Exp(-1.5 * x)) ? 1 : 0;
        }

        return Rows.Evaluate(new(), Rows.Of(("PredictedLabel", predicted), ("Probability", scores)), Rows.Actuals(actuals));
    }

    private static QualityResult Multiclass(Random random, int rows)
    {
        var (probabilities, actuals) = (new[] { new double[rows], new double[rows], new double[rows] }, new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            double[] weights = [Math.Exp(Normal.Sample(random, 0.5, 1)), Math.Exp(Normal.Sample(random, 0, 1.5)), Math.Exp(Normal.Sample(random, -1, 1))];
            for (var k = 0; k < 3; k++)
            {
                probabilities[k][i] = weights[k] / weights.Sum();
            }

            var draw = random.NextDouble();
            actuals[i] = draw < probabilities[0][i] ? 0 : draw < probabilities[0][i] + probabilities[1][i] ? 1 : 2;
        }

        return Rows.Evaluate(
            new(),
            Rows.Of(("Probability[0]", probabilities[0]), ("Probability[1]", probabilities[1]), ("Probability[2]", probabilities[2])),
            Rows.Actuals(actuals));
    }

    private static QualityResult Regression(Random random, int rows)
    {
        var (scores, actuals) = (new double[rows], new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            scores[i] = Normal.Sample(random, 50, 10);
            actuals[i] = scores[i] + Normal.Sample(random, 0.5, 5);
        }

        return Rows.Evaluate(new(), Rows.Of(("Score", scores)), Rows.Actuals(actuals));
    }
}
