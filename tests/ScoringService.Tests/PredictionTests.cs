using System.Text.Json.Nodes;

namespace ScoringService;

public sealed class PredictionTests : ScoringFixture
{
    [Test]
    public async Task Every_row_of_the_test_data_gets_the_expected_probability_one_by_one()
    {
        var answers = new List<JsonNode>();
        for (var index = 0; index < TestRows.Count; index++)
        {
            answers.Add(await PostAsync("/predict", TestRows.Create(index)));
        }

        Assert.That(answers.Select(static answer => (double)answer["malignant_probability"]!), Is.EqualTo(TestRows.Malignant).Within(TestRows.Tolerance));
        Assert.That(
            answers.Select(static answer => (string)answer["label"]!),
            Is.EqualTo(TestRows.Malignant.Select(static probability => probability >= 0.5 ? "malignant" : "benign")));
    }

    [Test]
    public async Task Every_row_of_the_test_data_gets_the_expected_probability_in_one_batch()
    {
        var body = new JsonObject { ["rows"] = new JsonArray([.. Enumerable.Range(0, TestRows.Count).Select(TestRows.Create)]) };

        var answer = await PostAsync("/predict/batch", body);

        Assert.That(
            answer["rows"]!.AsArray().Select(static row => (double)row!["prediction"]!["malignant_probability"]!),
            Is.EqualTo(TestRows.Malignant).Within(TestRows.Tolerance));
    }

    [Test]
    public async Task Every_row_of_the_test_data_gets_the_expected_probability_as_a_named_tensor()
    {
        var answer = await PostAsync($"{ModelPath}/predict", TestRows.CreateTensors());

        var probabilities = answer["outputs"]!["probabilities"]!;
        Assert.That((string)probabilities["type"]!, Is.EqualTo("float32"));
        Assert.That(probabilities["shape"]!.AsArray().Select(static length => (int)length!), Is.EqualTo([TestRows.Count, 2]));
        Assert.That(
            probabilities["values"]!.AsArray().Where(static (_, index) => index % 2 == 0).Select(static value => (double)value!),
            Is.EqualTo(TestRows.Malignant).Within(TestRows.Tolerance));
    }

    [Test]
    public async Task A_prediction_has_the_version_and_a_unique_id()
    {
        var first = await PostAsync("/predict", TestRows.Create(0));
        var second = await PostAsync("/predict", TestRows.Create(0));

        Assert.That((int)first["model_version"]!, Is.EqualTo(1));
        Assert.That((Guid)first["prediction_id"]!, Is.Not.EqualTo((Guid)second["prediction_id"]!));
        Assert.That(first["warnings"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task A_value_with_the_policy_warn_causes_a_warning()
    {
        var row = TestRows.Create(0);
        row["mean_fractal_dimension"] = 5;

        var answer = await PostAsync("/predict", row);

        var warning = answer["warnings"]!.AsArray().Single()!;
        Assert.That((string)warning["feature"]!, Is.EqualTo("mean_fractal_dimension"));
        Assert.That((string)warning["policy"]!, Is.EqualTo("warn"));
    }

    [Test]
    public async Task A_refused_row_of_a_batch_does_not_affect_the_others()
    {
        var bad = TestRows.Create(1);
        bad["mean_radius"] = -1;

        var answer = await PostAsync("/predict/batch", new JsonObject { ["rows"] = new JsonArray(TestRows.Create(0), bad, TestRows.Create(2)) });

        var rows = answer["rows"]!.AsArray();
        Assert.That(rows.Select(static row => row!["prediction"] is not null), Is.EqualTo([true, false, true]));
        Assert.That((string)rows[1]!["errors"]!.AsArray().Single()!["feature"]!, Is.EqualTo("mean_radius"));
        Assert.That((double)rows[2]!["prediction"]!["malignant_probability"]!, Is.EqualTo(TestRows.Malignant[2]).Within(TestRows.Tolerance));
    }

    [Test]
    public async Task The_models_are_listed_with_their_versions_and_states()
    {
        var models = await GetAsync("/models");

        var model = models.AsArray().Single()!;
        var version = model["versions"]!.AsArray().Single()!;
        Assert.That((string)model["name"]!, Is.EqualTo("breast-cancer"));
        Assert.That((int)model["ready_version"]!, Is.EqualTo(1));
        Assert.That((string)version["state"]!, Is.EqualTo("ready"));
        Assert.That((DateTimeOffset)version["since"]!, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(10)));
    }
}
