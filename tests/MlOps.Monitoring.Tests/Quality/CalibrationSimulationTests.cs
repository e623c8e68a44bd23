using MathNet.Numerics.Distributions;
using MlOps.Datasets;
using MlOps.Testing;

namespace MlOps.Monitoring.Quality;

/// <summary>The interval of the estimate without outcomes contains the realised value at the stated level, also under a covariate shift.</summary>
[Category("Soak")]
public sealed class CalibrationSimulationTests
{
    private static int Windows => Soak.Count(reduced: 60, full: 4_000);

    [TestCase(5_000, 1_000, 0.0, 1.0)]
    [TestCase(5_000, 1_000, 0.7, 1.3)]
    [TestCase(2_000, 2_000, -1.0, 0.7)]
    [TestCase(1_000, 10_000, 0.7, 1.0)]
    [TestCase(20_000, 200, 0.7, 1.3)]
    public void The_interval_covers_the_realised_value(int reference, int rows, double mean, double deviation)
    {
        var random = new Random(reference + rows);
        var covered = new Dictionary<string, int>();
        for (var window = 0; window < Windows; window++)
        {
            var calibration = FitCalibration(Simulate(random, reference, 0, 1));
            var (batch, actuals) = Simulate(random, rows, mean, deviation);
            var result = Rows.Evaluate(new(), batch, actuals, calibration);
            foreach (var (name, estimate) in result.Estimated)
            {
                var realised = result.Metrics[name].Value;
                covered[name] = covered.GetValueOrDefault(name) + (realised >= estimate.Low && realised <= estimate.High ? 1 : 0);
            }
        }

        Assert.That(covered.Keys, Is.EquivalentTo(new[] { "accuracy", "precision", "recall", "f1", "auc" }));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, count) in covered)
            {
                TestContext.Out.WriteLine($"{name}: {100.0 * count / Windows:F1} %");
                Assert.That(Intervals.Wilson(count, Windows).High, Is.GreaterThanOrEqualTo(0.95), $"{name}: {count} of {Windows}");
            }
        }
    }

    private static byte[] FitCalibration((RowBatch Batch, ActualValue[] Actuals) reference)
    {
        var builder = new CalibrationBuilder(new(), reference.Batch.Columns);
        builder.Add(reference.Batch, reference.Actuals);
        return builder.ToArray()!;
    }

    /// <summary>The score of the model is not calibrated: the true probability is σ(1.5x − 0.5), the score σ(0.8x).</summary>
    private static (RowBatch Batch, ActualValue[] Actuals) Simulate(Random random, int rows, double mean, double deviation)
    {
        var (scores, predicted, actuals) = (new double[rows], new double[rows], new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            var x = Normal.Sample(random, mean, deviation);
            scores[i] = Logistic(0.8 * x);
            predicted[i] = scores[i] >= 0.5 ? 1 : 0;
            actuals[i] = random.NextDouble() < Logistic((1.5 * x) - 0.5) ? 1 : 0;
        }

        return (Rows.Of(("PredictedLabel", predicted), ("Probability", scores)), Rows.Actuals(actuals));

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
    }
}
