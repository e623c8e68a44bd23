using System.Globalization;

namespace MlOps.Monitoring.Quality;

/// <summary>The expected values were computed apart, in Python, by the definitions (all pairs for the areas, numeric derivatives for the delta
/// method).</summary>
public sealed class ClassificationTests
{
    private const double Tolerance = 1e-12;

    [Test]
    public void Metrics_of_the_breast_cancer_model_agree_with_their_definitions()
    {
        var (probabilities, predicted, labels) = Rows.OfModel("breast_cancer_rf");
        var rows = Rows.Of(("PredictedLabel", predicted), ("Probability", probabilities.Select(static pair => pair[1]).ToArray()));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(labels));

        using (Assert.EnterMultipleScope())
        {
            AssertMetric(result, "accuracy", 0.9385964912280702, 0.8995840756132224, 0.9630744023714237);
            AssertMetric(result, "precision", 0.951048951048951);
            AssertMetric(result, "recall", 0.951048951048951);
            AssertMetric(result, "f1", 0.951048951048951);
            AssertMetric(result, "auc", 0.9937474290415467, 0.9849225089098059, 0.997420612782086);
            AssertMetric(result, "auprc", 0.996381565941097);
            AssertMetric(result, "log_loss", 0.11525351746283491);
            AssertMetric(result, "brier", 0.03365218639826262);
            AssertMetric(result, "calibration_error", 0.051970702901043615);
            Assert.That(result.PositiveClass, Is.EqualTo("1"));
            Assert.That(result.Confusion!.Classes, Is.EqualTo(new[] { "1", "0" }));
            Assert.That(result.Confusion.Counts, Is.EqualTo(new long[][] { [136, 7], [7, 78] }));
            Assert.That(result.Warnings, Is.Empty);
        }
    }

    [Test]
    public void A_vector_with_two_probabilities_gives_the_same_metrics()
    {
        var (probabilities, predicted, labels) = Rows.OfModel("breast_cancer_rf");
        var one = Rows.Of(("PredictedLabel", predicted), ("Probability", Column(probabilities, 1)));
        var vector = Rows.Of(
            ("output.probabilities[0]", Column(probabilities, 0)), ("output.probabilities[1]", Column(probabilities, 1)), ("output.label", predicted));
        var options = new QualityOptions { Prediction = "label", Probability = "probabilities" };

        var expected = Rows.Evaluate(new(), one, Rows.Actuals(labels)).Metrics;
        var actual = Rows.Evaluate(options, vector, Rows.Actuals(labels)).Metrics;

        Assert.That(actual.Keys, Is.EqualTo(expected.Keys));
        foreach (var (name, metric) in expected)
        {
            Assert.That(actual[name].Value, Is.EqualTo(metric.Value).Within(1e-9), name);
        }
    }

    [Test]
    public void Metrics_of_the_iris_model_agree_with_their_definitions()
    {
        var (probabilities, predicted, labels) = Rows.OfModel("iris_logreg");
        var rows = Rows.Of(
            ("label", predicted), ("Score[0]", Column(probabilities, 0)), ("Score[1]", Column(probabilities, 1)), ("Score[2]", Column(probabilities, 2)));

        var result = Rows.Evaluate(new() { Prediction = "label" }, rows, Rows.Actuals(labels));

        using (Assert.EnterMultipleScope())
        {
            AssertMetric(result, "macro_precision", 0.936026936026936);
            AssertMetric(result, "macro_recall", 0.9333333333333332);
            AssertMetric(result, "macro_f1", 0.9331662489557226, 0.8425509260179204, 0.973284130134423, 1e-8);
            AssertMetric(result, "weighted_precision", 0.9360269360269361);
            AssertMetric(result, "weighted_f1", 0.9331662489557228);
            AssertMetric(result, "macro_auc", 0.9970833333333333);
            AssertMetric(result, "log_loss", 0.19541311122420216);
            AssertMetric(result, "brier", 0.0970782255159759);
            AssertMetric(result, "calibration_error", 0.12280642112454296);
            AssertMetric(result, "recall/2", 0.85);
            Assert.That(result.Metrics, Does.Not.ContainKey("precision").And.Not.ContainKey("auc"));
            Assert.That(result.PositiveClass, Is.Null);
            Assert.That(result.Warnings, Is.Empty);
        }
    }

    [Test]
    public void The_class_with_the_highest_probability_is_the_prediction_if_the_model_has_none()
    {
        var (probabilities, predicted, labels) = Rows.OfModel("iris_logreg");
        var rows = Rows.Of(
            ("Probability.0", Column(probabilities, 0)), ("Probability.1", Column(probabilities, 1)), ("Probability.2", Column(probabilities, 2)));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(labels));

        Assert.That(result.Metrics["accuracy"].Value, Is.EqualTo(labels.Zip(predicted).Count(static pair => pair.First == pair.Second) / 60.0));
    }

    [Test]
    public void Booleans_and_texts_denote_the_same_class_as_numbers()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { "True", "False", "True", "False" }), ("Probability", new[] { 0.9, 0.2, 0.8, 0.4 }));

        var numbers = Rows.Evaluate(new(), rows, Rows.Actuals(1, 0, 0, 1));
        var texts = Rows.Evaluate(new(), rows, Rows.Actuals("true", "FALSE", "false", "1"));

        Assert.That(numbers.Confusion!.Counts, Is.EqualTo(new long[][] { [1, 1], [1, 1] }));
        Assert.That(texts.Confusion!.Counts, Is.EqualTo(numbers.Confusion.Counts));
        Assert.That(texts.PositiveClass, Is.EqualTo("True"));
    }

    [Test]
    public void A_text_outcome_is_read_as_a_number_if_the_model_predicts_numbers()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { 0.0, 1, 2 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals("0", "1.0", "2e0"));

        Assert.That(result.Metrics["accuracy"].Value, Is.EqualTo(1));
    }

    [Test]
    public void Outcomes_without_a_class_are_left_out_and_reported()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { 0.0, 1, 1, 1, 1 }));
        ActualValue[] actuals = [ActualValue.From(0), ActualValue.From(double.NaN), ActualValue.From(""), ActualValue.From(double.PositiveInfinity), default];

        var result = Rows.Evaluate(new(), rows, actuals);

        Assert.That((result.Predictions, result.Outcomes, result.Coverage), Is.EqualTo((5, 1, 0.2)));
        Assert.That(result.Warnings, Has.Some.StartsWith("3 outcomes are NaN, infinite or empty"));
    }

    [Test]
    public void A_prediction_without_a_class_is_left_out_and_reported()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { "a", null, "b" }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals("a", "a", "a"));

        Assert.That(result.Outcomes, Is.EqualTo(2));
        Assert.That(result.Warnings, Has.Some.StartsWith("1 predictions have no predicted class"));
    }

    [Test]
    public void An_outcome_outside_the_classes_is_wrong_and_reported_with_the_nearest_class()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { "setosa", "virginica" }));

        var result = Rows.Evaluate(new() { Classes = { "setosa", "virginica" } }, rows, Rows.Actuals("setsa", "virginica"));

        Assert.That(result.Metrics["accuracy"].Value, Is.EqualTo(0.5));
        Assert.That(result.Warnings, Has.Some.StartsWith(
            "1 outcomes are not among the classes of the model (setosa, virginica), the first is 'setsa' (did you mean 'setosa'?)."));
    }

    [TestCase(0, "recall, auc and auprc are not defined, because no outcome is the positive class '1'.")]
    [TestCase(1, "auc is not defined, because all outcomes are the positive class '1'.")]
    public void Outcomes_of_one_class_have_no_auc(int actual, string warning)
    {
        var rows = Rows.Of(("PredictedLabel", new[] { 0.0, 1 }), ("Probability", new[] { 0.1, 0.9 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(actual, actual));

        Assert.That(result.Metrics["auc"].Value, Is.NaN);
        Assert.That(result.Metrics["accuracy"].Value, Is.EqualTo(0.5));
        Assert.That(result.Warnings, Does.Contain(warning));
    }

    [Test]
    public void Precision_is_not_defined_without_a_positive_prediction()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { 0.0, 0 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(0, 1));

        Assert.That(result.Metrics["precision"].Value, Is.NaN);
        Assert.That(result.Metrics["recall"].Value, Is.Zero);
        Assert.That(result.Warnings, Does.Contain("precision is not defined, because no prediction is the positive class '1'."));
    }

    [Test]
    public void An_empty_window_has_no_metrics_and_a_warning()
    {
        var rows = Rows.Of(("PredictedLabel", Array.Empty<string>().Append("a").ToArray()));
        rows.Count = 0;

        var result = Rows.Evaluate(new(), rows, []);

        Assert.That(result.Metrics["accuracy"].Value, Is.NaN);
        Assert.That((result.Predictions, result.Coverage, result.Confusion), Is.EqualTo((0, 0, (ConfusionMatrix?)null)));
        Assert.That(result.Warnings, Is.EqualTo(new[] { "There are no outcomes, so the metrics are not known. Record the outcomes of the predictions." }));
    }

    [Test]
    public void An_unknown_positive_class_is_reported_with_the_classes()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { "stay", "leave" }), ("Probability", new[] { 0.1, 0.9 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals("stay", "stay"));

        Assert.That(result.Metrics, Does.ContainKey("macro_f1").And.Not.ContainKey("auc"));
        Assert.That(result.Warnings, Has.Some.EqualTo(
            "precision, recall, f1 and auc are not computed, because the positive class is not known. Set PositiveClass to one of: stay, leave."));
    }

    [Test]
    public void Probabilities_outside_of_0_to_1_are_reported_and_order_the_rows_only()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { 0.0, 1, 1 }), ("Probability", new[] { -2.0, 3, 0.5 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(0, 1, 1));

        Assert.That(result.Metrics["auc"].Value, Is.EqualTo(1));
        Assert.That(result.Metrics["log_loss"].Value, Is.EqualTo(-Math.Log(0.5)).Within(Tolerance));
        Assert.That(result.Warnings, Has.Some.StartsWith("2 rows have no valid probabilities").And.Some.Contains("the first is -2"));
    }

    [Test]
    public void A_probability_of_zero_for_the_outcome_is_clipped()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { 1.0 }), ("Probability", new[] { 1.0 }));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(0));

        Assert.That(result.Metrics["log_loss"].Value, Is.EqualTo(-Math.Log(1e-15)).Within(Tolerance));
    }

    [Test]
    public void More_classes_than_the_limit_are_reported()
    {
        var labels = Enumerable.Range(0, LabelSet.Capacity + 5).Select(static i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var rows = Rows.Of(("PredictedLabel", Enumerable.Repeat("0", labels.Length).ToArray()));

        var result = Rows.Evaluate(new(), rows, Rows.Actuals(labels));

        Assert.That(result.Outcomes, Is.EqualTo(LabelSet.Capacity));
        Assert.That(result.Confusion!.Classes, Has.Count.EqualTo(50).And.Contains("(other)"));
        Assert.That(result.Confusion.Counts.Sum(static row => row.Sum()), Is.EqualTo(LabelSet.Capacity));
        Assert.That(result.Warnings, Has.Some.Contains("5 outcomes were left out, the first is '1000'"));
    }

    [Test]
    public void Vector_without_class_names_is_reported_for_text_labels()
    {
        var rows = Rows.Of(("PredictedLabel", new[] { "a" }), ("Probability[0]", new[] { 0.9 }), ("Probability[1]", new[] { 0.1 }));

        var result = Rows.Evaluate(new() { PositiveClass = "a" }, rows, Rows.Actuals("a"));

        Assert.That(result.Metrics, Does.Not.ContainKey("log_loss"));
        Assert.That(result.Warnings, Has.Some.Contains("Set Quality:Classes").And.Some.Contains("in the order of the probabilities."));
    }

    [Test]
    public void Batches_give_the_same_result_as_one_batch()
    {
        var (probabilities, predicted, labels) = Rows.OfModel("breast_cancer_rf");
        var rows = Rows.Of(("PredictedLabel", predicted), ("Probability", Column(probabilities, 1)));
        var expected = Rows.Evaluate(new(), rows, Rows.Actuals(labels));

        var evaluator = new QualityEvaluator(new(), rows.Columns);
        for (var start = 0; start < labels.Length; start += 10)
        {
            var end = Math.Min(start + 10, labels.Length);
            var batch = Rows.Of(("PredictedLabel", predicted[start..end]), ("Probability", Column(probabilities[start..end], 1)));
            evaluator.Add(batch, Rows.Actuals(labels[start..end]));
        }

        Assert.That(evaluator.ToResult(labels.Length).Metrics, Is.EqualTo(expected.Metrics));
        Assert.That(evaluator.ToResult(labels.Length).Metrics, Is.EqualTo(expected.Metrics), "the result can be computed again");
    }

    private static double[] Column(double[][] rows, int column) => [.. rows.Select(row => row[column])];

    private static void AssertMetric(
        QualityResult result, string name, double value, double low = double.NaN, double high = double.NaN, double tolerance = Tolerance)
    {
        var metric = result.Metrics[name];
        Assert.That(metric.Value, Is.EqualTo(value).Within(Tolerance), name);
        if (!double.IsNaN(low))
        {
            Assert.That(metric.Low, Is.EqualTo(low).Within(tolerance), $"{name}: lower bound");
            Assert.That(metric.High, Is.EqualTo(high).Within(tolerance), $"{name}: upper bound");
        }
        else
        {
            Assert.That(metric.Low, Is.LessThan(value), $"{name}: lower bound");
            Assert.That(metric.High, Is.GreaterThan(value), $"{name}: upper bound");
        }
    }
}
