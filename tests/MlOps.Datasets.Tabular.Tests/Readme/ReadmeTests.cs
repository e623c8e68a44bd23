namespace MlOps.Readme;

/// <summary>Runs the code of the README of the package.</summary>
public sealed class ReadmeTests
{
    private static string Readme { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", "README.md"));

    [Test]
    public void The_program_is_in_the_readme()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Readme", "SmallestProgram.cs"));
        var body = lines.SkipWhile(static line => !line.Contains("new ServiceCollection", StringComparison.Ordinal)).TakeWhile(static line => line != "    }")
            .Select(static line => line.Length == 0 ? line : line[8..]);

        Assert.That(Readme, Does.Contain(string.Join('\n', body)));
    }

    [Test]
    public async Task The_output_matches_the_readme()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-readme-").FullName;
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder; // without settings the store is the folder mlops-data below the current one
            File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "seattle-weather.csv"), "seattle-weather.csv");
            using var output = new StringWriter();

            await SmallestProgram.RunAsync("seattle-weather.csv", output);

            Assert.That(Readme, Does.Contain(output.ToString()));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
    }
}
