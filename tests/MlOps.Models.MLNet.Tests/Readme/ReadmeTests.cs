namespace MlOps.Readme;

/// <summary>Compares the examples in the README with compiled code.</summary>
public sealed class ReadmeTests
{
    private static string Readme { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", "README.md"));

    [TestCase("SmallestProgram.cs")]
    [TestCase("TrackedProgram.cs")]
    public void The_program_is_in_the_readme(string program)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Readme", program));
        var body = lines.SkipWhile(static line => !line.Contains("new ServiceCollection", StringComparison.Ordinal)).TakeWhile(static line => line != "    }")
            .Select(static line => line.Length == 0 ? line : line[8..]);

        Assert.That(Readme, Does.Contain(string.Join('\n', body)));
    }

    [Test]
    public Task The_smallest_program_prints_the_output_in_the_readme() => PrintsWhatTheReadmeSaysAsync(SmallestProgram.RunAsync);

    [Test]
    public Task The_tracked_program_prints_the_output_in_the_readme() => PrintsWhatTheReadmeSaysAsync(TrackedProgram.RunAsync);

    private static async Task PrintsWhatTheReadmeSaysAsync(Func<string, TextWriter, Task> program)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-readme-").FullName;
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder; // without settings the store is the folder mlops-data below the current one
            WriteFlowers("iris.csv");
            using var output = new StringWriter { NewLine = "\n" };

            await program("iris.csv", output);

            Assert.That(Readme, Does.Contain(output.ToString()));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void WriteFlowers(string file)
    {
        string[] names = ["setosa", "versicolor", "virginica"];
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "models", "iris_logreg.train.csv")).Skip(1)
            .Select(line => line[..^1] + names[line[^1] - '0']);
        File.WriteAllLines(file, ["SepalLength,SepalWidth,PetalLength,PetalWidth,Species", .. lines]);
    }
}
