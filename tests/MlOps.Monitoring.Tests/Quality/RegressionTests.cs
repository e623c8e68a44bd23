namespace MlOps.Monitoring.Quality;

/// <summary>The expected values were computed apart, in Python, by the definitions.</summary>
public sealed class RegressionTests
{
    private const double Tolerance = 1e-12;

    [Test]
    public void Metrics_agree_with_their_definitions()
    {
        var rows = Rows.Of(("Score", new[] { 2.5, 0, 2, 8, 1 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(3, -0.5, 2, 7, 0));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Metrics["mae"].Value, Is.EqualTo(0.6).Within(Tolerance));
            Assert.That(result.Metrics["rmse"].Value, Is.EqualTo(0.7071067811865476).Within(Tolerance));
            Assert.That(result.Metrics["r_squared"].Value, Is.EqualTo(0.9301675977653632).Within(Tolerance));
            Assert.That(result.Metrics["r_squared"].Low, Is.EqualTo(0.9301675977653632 - 0.049791762946094914).Within(1e-9));
            Assert.That(result.Metrics["mape"].Value, Is.EqualTo(0.3273809523809524).Within(Tolerance));
            Assert.That(result.Metrics["bias"].Value, Is.EqualTo(0.4).Within(Tolerance));
            Assert.That(result.Warnings, Has.Some.StartsWith("1 outcomes are zero and were left out of mape"));
        }
    }

    [Test]
    public void The_interval_of_a_mean_uses_the_t_distribution()
    {
        var rows = Rows.Of(("Score", new double[] { 1, 2, 3, 4, 5 }));

        var bias = Rows.Evaluate(new(), rows, Rows.Actuals(0, 0, 0, 0, 0)).Metrics["bias"];

        // The mean is 3, the standard deviation √2.5, and the quantile of t for 4 degrees of freedom 2.7764451.
        Assert.That(bias.High - bias.Value, Is.EqualTo(2.7764451051977987 * Math.Sqrt(2.5 / 5)).Within(1e-9));
    }

    [Test]
    public void R_squared_is_not_defined_for_equal_outcomes()
    {
        var result = Rows.Evaluate(new(), Rows.Of(("Score", new double[] { 1, 2 })), Rows.Actuals(3, 3));

        Assert.That(result.Metrics["r_squared"].Value, Is.NaN);
        Assert.That(result.Warnings, Does.Contain("r_squared is not defined, because all outcomes are equal."));
    }

    [Test]
    public void One_row_has_values_without_intervals()
    {
        var result = Rows.Evaluate(new(), Rows.Of(("Score", new double[] { 1 })), Rows.Actuals(3));

        Assert.That((result.Metrics["mae"].Value, result.Metrics["mae"].Low), Is.EqualTo((2, double.NaN)));
        Assert.That(result.Warnings, Does.Contain("r_squared is not defined for a single outcome."));
    }

    [Test]
    public void Unusable_outcomes_and_predictions_are_left_out_and_reported()
    {
        var rows = Rows.Of(("Score", new[] { 1, double.NaN, 1, 1 }));
        ActualValue[] actuals = [ActualValue.From("1.5"), ActualValue.From(1), ActualValue.From("many"), ActualValue.From(double.NaN)];

        var result = Rows.Evaluate(new(), rows, actuals);

        Assert.That((result.Outcomes, result.Metrics["mae"].Value), Is.EqualTo((1, 0.5)));
        Assert.That(result.Warnings, Has.Some.StartsWith("1 predictions are missing, NaN or infinite")
            .And.Some.StartsWith("1 outcomes are not numbers, the first is 'many'")
            .And.Some.StartsWith("1 outcomes are NaN or infinite"));
    }

    [Test]
    public void Errors_that_overflow_are_reported()
    {
        var result = Rows.Evaluate(new(), Rows.Of(("Score", new[] { 1e308, 1 })), Rows.Actuals(-1e308, 1));

        Assert.That(result.Metrics["mae"].Value, Is.NaN);
        Assert.That(result.Warnings, Has.Some.StartsWith("mae, rmse, bias cannot be computed, because an error is too large"));
    }
}
