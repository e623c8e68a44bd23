namespace MlOps.Validation;

/// <summary>Runs the code of the guide <c>Validation/README.md</c>.</summary>
public sealed class ValidationReadmeTests
{
    [Test]
    public async Task The_code_of_the_guide_writes_the_document_and_the_output_of_the_guide()
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Guides", "Validation", "README.md");
        var guide = (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n");
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();

        await RunAsync(folder.Path, output);

        Assert.That(guide, Does.Contain($"```json\n{await File.ReadAllTextAsync(Path.Combine(folder.Path, "input-schema.json"))}```"));
        Assert.That(guide, Does.Contain($"```text\n{output.ToString().ReplaceLineEndings("\n")}```"));
    }

    private static async Task RunAsync(string folder, TextWriter output)
    {
        var trips = Enumerable.Range(0, 100).Select(static i => new Trip { Distance = 30 + i, Origin = i % 3 == 0 ? "PDX" : "SEA" });

        var schema = InputSchema.Infer(trips); // the training data
        await File.WriteAllTextAsync(Path.Combine(folder, InputSchema.FileName), schema.ToJson());

        var policies = new InputPolicies { Default = InputPolicy.Warn, Features = new Dictionary<string, InputPolicy> { ["Origin"] = InputPolicy.Impute } };
        var validator = new InputValidator<Trip>(schema, policies);
        var checkedTrip = validator.Validate(new Trip { Distance = 141, Origin = "NYC" }); // checkedTrip.Input is a copy with Origin = "SEA"
        foreach (var violation in checkedTrip.Violations)
        {
            output.WriteLine($"{violation}. {violation.Suggestion}");
        }
        Assert.That(checkedTrip.Input.Origin, Is.EqualTo("SEA"));
    }

    private sealed class Trip
    {
        public float Distance { get; init; }

        public string? Origin { get; init; }
    }
}
