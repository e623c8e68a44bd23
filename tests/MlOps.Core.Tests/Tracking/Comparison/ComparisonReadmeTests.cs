namespace MlOps.Tracking;

/// <summary>What README.md of MlOps.Core says of comparing works.</summary>
[NonParallelizable]
public sealed class ComparisonReadmeTests : TrackingFixture
{
    private const string Begin = "            // As in the readme:\n";
    private const string End = "            // Until here.\n";

    [Test]
    public async Task The_code_of_the_readme_runs_and_stands_there_as_it_is_here()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        var source = (await File.ReadAllTextAsync(Path.Combine(folder, "Tracking", "Comparison", "ComparisonReadmeTests.cs"))).ReplaceLineEndings("\n");
        var code = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..source.LastIndexOf(End, StringComparison.Ordinal)];
        var readme = (await File.ReadAllTextAsync(Path.Combine(folder, "Registry", "README.md"))).ReplaceLineEndings("\n");

        await CompareAsync();

        Assert.That(readme, Does.Contain($"```csharp\n{string.Join('\n', code.Split('\n').Select(static line => line.Length > 12 ? line[12..] : line))}```"));
    }

    private async Task CompareAsync()
    {
        var first = await RecordAsync("first", change: new RunChange { Parameters = new Dictionary<string, string> { ["lr"] = "0.1" } });
        var second = await RecordAsync("second", change: new RunChange { Parameters = new Dictionary<string, string> { ["lr"] = "0.2" } });
        var (tracker, before) = (Tracker, Environment.CurrentDirectory);
        try
        {
            Environment.CurrentDirectory = Folder.Path;

            // As in the readme:
            var comparison = await tracker.CompareAsync([first.Id, second.Id]);
            foreach (var parameter in comparison.Parameters.Where(parameter => parameter.Differs))
            {
                Console.WriteLine($"{parameter.Name}: {string.Join(" | ", parameter.Values)}");
            }

            await File.WriteAllTextAsync("comparison.html", comparison.ToHtml());
            // Until here.
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.That(Path.Combine(Folder.Path, "comparison.html"), Does.Exist);
    }
}
