using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MlOps.Monitoring.Quality;

public sealed class QualityOptionsTests
{
    [Test]
    public void Defaults_are_valid() => Assert.That(new QualityOptionsValidator().Validate("churn", new()).Succeeded, Is.True);

    [Test]
    public void Settings_bind_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Task"] = "Classification",
            ["PositiveClass"] = "leave",
            ["Classes:0"] = "stay",
            ["Classes:1"] = "leave",
            ["Segments:0"] = "country",
            ["SegmentMetric"] = "recall",
            ["MinimumRows"] = "50",
        }).Build();

        var options = configuration.Get<QualityOptions>()!;

        Assert.That((options.Task, options.PositiveClass, options.MinimumRows), Is.EqualTo((QualityTask.Classification, "leave", 50)));
        Assert.That(options.Classes, Is.EqualTo(new[] { "stay", "leave" }));
        Assert.That(options.Segments, Is.EqualTo(new[] { "country" }));
        Assert.That(new QualityOptionsValidator().Validate("churn", options).Succeeded, Is.True);
    }

    [TestCaseSource(nameof(InvalidOptions))]
    public void Invalid_settings_are_named_with_the_allowed_values(QualityOptions options, string fault)
    {
        var result = new QualityOptionsValidator().Validate("churn", options);

        Assert.That(result.Failures, Does.Contain($"MlOps:Models:churn:Monitoring:Quality:{fault}"));
    }

    [Test]
    public void A_misspelled_column_is_an_error_with_the_columns_and_the_nearest_one()
    {
        var rows = Rows.Of(("output.PredictedLabel", new[] { 1.0 }), ("output.Score", new[] { 1.0 }), ("input.country", new[] { "DE" }));

        Assert.That(
            () => new QualityEvaluator(new() { Score = "Scor" }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo(
                "Quality:Score is 'Scor', but there is no such column. Did you mean 'Score'? The columns are: PredictedLabel, Score, country."));
        Assert.That(
            () => new QualityEvaluator(new() { Segments = { "contry" } }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains(
                "Quality:Segments is 'contry', but there is no such column. Did you mean 'country'?"));
    }

    [TestCase(QualityTask.Classification, "Quality:Prediction is 'PredictedLabel', but there is no such column.")]
    [TestCase(QualityTask.Regression, "Quality:Score is 'Score', but there is no such column.")]
    [TestCase(QualityTask.Ranking, "Quality:Score is 'Score', but there is no such column.")]
    [TestCase(null, "Quality:Prediction is 'PredictedLabel', but there is no such column.")]
    public void Rows_without_the_columns_of_the_task_are_an_error(QualityTask? task, string fault)
    {
        var rows = Rows.Of(("variable", new[] { 1.0 }));

        Assert.That(
            () => new QualityEvaluator(new() { Task = task }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith(fault).And.Message.EndsWith("The columns are: variable."));
    }

    [Test]
    public void A_column_with_texts_is_an_error_if_numbers_are_needed()
    {
        var rows = Rows.Of(("Score", new[] { "high" }));

        Assert.That(
            () => new QualityEvaluator(new() { Task = QualityTask.Regression }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Quality:Score is 'Score', but this column contains texts."));
    }

    [Test]
    public void A_segment_metric_of_another_task_is_an_error()
    {
        var rows = Rows.Of(("Score", new[] { 1.0 }));

        Assert.That(
            () => new QualityEvaluator(new() { SegmentMetric = "accuracy" }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo(
                "Quality:SegmentMetric is 'accuracy', which is not a metric of a Regression model. Set it to one of mae, rmse."));
    }

    [Test]
    public void A_different_number_of_classes_and_probabilities_is_an_error()
    {
        var rows = Rows.Of(("Probability[0]", new[] { 1.0 }), ("Probability[1]", new[] { 0.0 }));

        Assert.That(
            () => new QualityEvaluator(new() { Classes = { "a", "b", "c" } }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Quality:Classes has 3 names, but the model has 2 probabilities."));
    }

    [Test]
    public void A_positive_class_without_the_other_class_is_an_error_if_there_is_no_prediction()
    {
        var rows = Rows.Of(("Probability", new[] { 1.0 }));

        Assert.That(
            () => new QualityEvaluator(new() { PositiveClass = "leave" }, rows.Columns),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("the name of the other class is not known"));

        var result = Rows.Evaluate(new() { PositiveClass = "leave", Classes = { "leave", "stay" } }, rows, Rows.Actuals("leave"));
        Assert.That(result.Metrics["accuracy"].Value, Is.EqualTo(1));
    }

    private static IEnumerable<object[]> InvalidOptions() =>
    [
        [new QualityOptions { Task = (QualityTask)7 }, "Task is '7'. Set it to one of Classification, Regression, Ranking."],
        [new QualityOptions { Score = " " }, "Score is ' '. Set it to the name of a column, or remove it to use the default."],
        [new QualityOptions { Classes = { "a" } }, "Classes is 'a'. Set it to the names of all classes, at least two, or remove it."],
        [new QualityOptions { Classes = { "a", "a" } }, "Classes is 'a, a'. Set it to different names: remove one 'a'."],
        [
            new QualityOptions { Classes = { "stay", "leave" }, PositiveClass = "leaves" },
            "PositiveClass is 'leaves'. Set it to one of the Classes: stay, leave. Did you mean 'leave'?",
        ],
        [new QualityOptions { Segments = { "" } }, "Segments is ''. Set it to names without empty entries: remove the empty column."],
        [new QualityOptions { MinimumRows = 1 }, "MinimumRows is '1'. Set it to 2 to 1000000."],
        [new QualityOptions { TopK = 0 }, "TopK is '0'. Set it to 1 to 1000."],
        [
            new QualityOptions { Task = QualityTask.Regression, SegmentMetric = "rmsee" },
            "SegmentMetric is 'rmsee'. Set it to one of mae, rmse. Did you mean 'rmse'?",
        ],
    ];
}
