namespace MlOps.Validation;

/// <summary>What README.md of MlOps.Core says of input validation works.</summary>
public sealed class ValidationReadmeTests
{
    private const string Begin = "        // As in the readme:\n";
    private const string End = "        // Until here.\n";

    [Test]
    public async Task The_code_of_the_readme_runs_and_gives_the_document_and_the_answer_that_stand_there()
    {
        var root = TestContext.CurrentContext.TestDirectory;
        var source = (await File.ReadAllTextAsync(Path.Combine(root, "Validation", "ValidationReadmeTests.cs"))).ReplaceLineEndings("\n");
        var code = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..source.LastIndexOf(End, StringComparison.Ordinal)];
        var readme = (await File.ReadAllTextAsync(Path.Combine(root, "Registry", "README.md"))).ReplaceLineEndings("\n");
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();

        await RunAsync(folder.Path, output);

        Assert.That(readme, Does.Contain($"```csharp\n{string.Join('\n', code.Split('\n').Select(static line => line.Length > 8 ? line[8..] : line))}```"));
        Assert.That(readme, Does.Contain($"```json\n{await File.ReadAllTextAsync(Path.Combine(folder.Path, "input-schema.json"))}```"));
        Assert.That(readme, Does.Contain($"```text\n{output.ToString().ReplaceLineEndings("\n")}```"));
    }

    private static async Task RunAsync(string folder, TextWriter output)
    {
        var trips = Enumerable.Range(0, 100).Select(static i => new Trip { Distance = 30 + i, Origin = i % 3 == 0 ? "PDX" : "SEA" });

        // As in the readme:
        var schema = InputSchema.Infer(trips); // what the model is trained on; CsvInputSchema infers the same from CSV files
        await File.WriteAllTextAsync(Path.Combine(folder, InputSchema.FileName), schema.ToJson());

        var policies = new InputPolicies { Default = InputPolicy.Warn, Features = new Dictionary<string, InputPolicy> { ["Origin"] = InputPolicy.Impute } };
        var validator = new InputValidator<Trip>(schema, policies);
        var checkedTrip = validator.Validate(new Trip { Distance = 141, Origin = "NYC" }); // checkedTrip.Input is a copy with Origin = "SEA"
        foreach (var violation in checkedTrip.Violations)
        {
            output.WriteLine($"{violation}. {violation.Suggestion}");
        }
        // Until here.
        Assert.That(checkedTrip.Input.Origin, Is.EqualTo("SEA"));
    }

    private sealed class Trip
    {
        public float Distance { get; init; }

        public string? Origin { get; init; }
    }
}
