namespace MlOps.Reports;

/// <summary>Compares the examples in the README with compiled code.</summary>
[NonParallelizable]
public sealed class ReadmeTests : ReportsFixture
{
    private const string Begin = "            // As in the readme:\n";
    private const string End = "            // Until here.\n";

    [Test]
    public async Task Readme_code_runs_and_is_in_the_readme()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        var source = (await File.ReadAllTextAsync(Path.Combine(folder, "Readme", "ReadmeTests.cs"))).ReplaceLineEndings("\n");
        var code = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..source.LastIndexOf(End, StringComparison.Ordinal)];
        var readme = (await File.ReadAllTextAsync(Path.Combine(folder, "Readme", "README.md"))).ReplaceLineEndings("\n");

        await CompareAsync();

        Assert.That(readme, Does.Contain($"```csharp\n{string.Join('\n', code.Split('\n').Select(static line => line.Length > 12 ? line[12..] : line))}```"));
    }

    private async Task CompareAsync()
    {
        var first = await RecordAsync("first", parameters: new Dictionary<string, string> { ["lr"] = "0.1" });
        var second = await RecordAsync("second", parameters: new Dictionary<string, string> { ["lr"] = "0.2" });
        var (tracker, before, folder) = (Tracker, Environment.CurrentDirectory, Directory.CreateTempSubdirectory("mlops-reports-"));
        try
        {
            Environment.CurrentDirectory = folder.FullName;

            // As in the readme:
            var comparison = await tracker.CompareAsync([first.Id, second.Id]);
            foreach (var parameter in comparison.Parameters.Where(parameter => parameter.Differs))
            {
                Console.WriteLine($"{parameter.Name}: {string.Join(" | ", parameter.Values)}");
            }

            await File.WriteAllTextAsync("comparison.html", comparison.ToHtml());
            await using var writer = File.CreateText("metrics.csv");
            await tracker.WriteMetricsCsvAsync([first.Id, second.Id], writer);
            // Until here.

            Assert.That(Path.Combine(folder.FullName, "comparison.html"), Does.Exist);
        }
        finally
        {
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }
}
