using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScoringService;

public sealed class RefusalTests : ScoringFixture
{
    [TestCase("null", "required", "null")]
    [TestCase("\"NaN\"", "nan", "NaN")]
    [TestCase("\"Infinity\"", "infinity", "Infinity")]
    [TestCase("-0.5", "minimum", "-0.5")]
    [TestCase("14800", "maximum", "14800")]
    public async Task A_violation_of_the_schema_is_reported_with_its_rule(string value, string rule, string found)
    {
        var row = TestRows.Create(0);
        row["mean_radius"] = JsonNode.Parse(value);

        var problem = await PostAsync("/predict", row, HttpStatusCode.BadRequest);

        var (feature, errors) = problem["errors"]!.AsObject().Single();
        Assert.That(feature, Is.EqualTo("mean_radius"));
        Assert.That((string)errors!.AsArray().Single()!, Does.StartWith($"{rule}: expected ").And.EndWith($", found {found}."));
    }

    [Test]
    public async Task All_violations_of_a_row_are_reported_at_once()
    {
        var row = TestRows.Create(0);
        row.Remove("mean_radius");
        row["mean_area"] = null;
        row["worst_area"] = "NaN";
        row["area_error"] = -3;

        var problem = await PostAsync("/predict", row, HttpStatusCode.BadRequest);

        Assert.That(
            problem["errors"]!.AsObject().Select(static feature => $"{feature.Key} {((string)feature.Value!.AsArray().Single()!).Split(':')[0]}"),
            Is.EquivalentTo(["mean_radius required", "mean_area required", "worst_area nan", "area_error minimum"]));
        Assert.That((string)problem["title"]!, Is.EqualTo("The row was rejected."));
    }

    [TestCase("/predict", "{", "line 1")]
    [TestCase("/predict", "{ \"mean_radius\": \"wide\" }", "$.mean_radius")]
    [TestCase("/predict", "{ \"mean_radiuss\": 14.8 }", "$.mean_radiuss")]
    [TestCase("/predict", "{ \"mean_radius\": 1, \"mean_radius\": 2 }", "$.mean_radius")]
    [TestCase("/predict", "[]", "$")]
    [TestCase("/predict", "null", "not provided")]
    [TestCase("/predict/batch", "{}", "$")]
    [TestCase("/predict/batch", "{ \"rows\": [ null ] }", "Row 0")]
    [TestCase(
        "/models/breast-cancer/predict",
        "{ \"inputs\": { \"features\": { \"type\": \"float33\", \"shape\": [], \"values\": [] } } }",
        "$.inputs.features.type")]
    public async Task A_malformed_body_is_refused_with_position_and_reason(string path, string body, string expected)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(path, content);

        var problem = await ReadAsync(response, HttpStatusCode.BadRequest);

        Assert.That((string)problem["detail"]!, Does.Contain(expected));
    }

    [Test]
    public async Task A_body_with_another_content_type_is_refused()
    {
        using var content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var response = await Client.PostAsync("/predict", content);

        await ReadAsync(response, HttpStatusCode.UnsupportedMediaType);
    }

    [TestCase("99", HttpStatusCode.NotFound, "99")]
    [TestCase("next", HttpStatusCode.NotFound, "'next'")]
    [TestCase("1.5", HttpStatusCode.BadRequest, "neither a version number nor an alias")]
    public async Task An_unknown_version_in_a_request_is_reported(string version, HttpStatusCode status, string expected)
    {
        var problem = await PostAsync($"/predict?version={version}", TestRows.Create(0), status);

        Assert.That((string)problem["detail"]!, Does.Contain(expected));
    }

    [TestCase("float32", "features", 1, 29, 29, "expected 30 values, found 29 values")]
    [TestCase("float64", "features", 1, 30, 30, "but the tensor is Float64 [1, 30]")]
    [TestCase("float32", "pixels", 1, 30, 30, "expected a tensor 'features', found only 'pixels'")]
    [TestCase("float32", "features", 2, 30, 30, "The shape [2, 30] does not match 30 values")]
    [TestCase("float32", "features", -1, -30, 30, "The shape [-1, -30]")]
    [TestCase("int8", "features", 1, 30, 30, "This service supports")]
    public async Task Tensors_that_do_not_fit_the_model_are_refused_with_the_expected_shape(
        string type, string name, int rows, int columns, int values, string expected)
    {
        var body = TestRows.Tensors(type, [rows, columns], Enumerable.Repeat(0.0, values), name);

        var problem = await PostAsync($"{ModelPath}/predict", body, HttpStatusCode.BadRequest);

        var errors = problem["errors"]?.AsObject().SelectMany(static feature => feature.Value!.AsArray()) ?? [];
        Assert.That($"{problem["detail"]} {string.Join(' ', errors)}", Does.Contain(expected));
    }

    [Test]
    public async Task An_unknown_model_is_not_found_and_the_served_models_are_listed()
    {
        var predicted = await PostAsync("/models/churn/predict", TestRows.CreateTensors(), HttpStatusCode.NotFound);
        var reloaded = await PostAsync("/models/churn/reload", new JsonObject(), HttpStatusCode.NotFound);

        Assert.That((string)predicted["detail"]!, Is.EqualTo("The model 'churn' is not served. Use one of 'breast-cancer'."));
        Assert.That((string)reloaded["detail"]!, Is.EqualTo((string)predicted["detail"]!));
    }

    [Test]
    public async Task An_unknown_version_gets_no_alias()
    {
        var problem = await PostAsync($"{ModelPath}/aliases/production", new JsonObject { ["version"] = 9 }, HttpStatusCode.NotFound);

        Assert.That((string)problem["detail"]!, Does.Contain("versions 1, 2"));
    }

    [Test]
    public async Task An_invalid_alias_is_refused()
    {
        var problem = await PostAsync($"{ModelPath}/aliases/the%20best", new JsonObject { ["version"] = 1 }, HttpStatusCode.BadRequest);

        Assert.That((string)problem["detail"]!, Does.Contain("'the best' is not an alias"));
    }
}
