using MlOps.Models;

namespace MlOps.Readme;

/// <summary>Compares the examples in the README with compiled code.</summary>
public sealed class ReadmeTests
{
    private static string Readme { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", "README.md"));

    [Test]
    public void The_program_is_in_the_readme()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Readme", "SmallestProgram.cs"));
        var body = lines.SkipWhile(static line => !line.Contains("new ServiceCollection", StringComparison.Ordinal)).TakeWhile(static line => line != "    }")
            .Select(static line => line.Length == 0 ? line : line[8..]);
        var types = lines.SkipWhile(static line => line != "    private sealed class Flower").TakeWhile(static line => line != "}")
            .Select(static line => line.Length == 0 ? line : line[4..].Replace("private ", "public ", StringComparison.Ordinal));

        Assert.That(Readme, Does.Contain(string.Join('\n', body)));
        Assert.That(Readme, Does.Contain(string.Join('\n', types)));
    }

    [Test]
    public async Task Program_prints_the_output_in_the_readme()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-readme-").FullName;
        try
        {
            File.Copy(ReferenceModel.Iris.File, Path.Combine(folder, "iris.onnx"));
            using var output = new StringWriter();

            await SmallestProgram.RunAsync(folder, output);

            Assert.That(Readme, Does.Contain(output.ToString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Every_option_is_in_the_readme() =>
        Assert.That(typeof(OnnxModelOptions).GetProperties().Where(static option => !Readme.Contains($"`{option.Name}`", StringComparison.Ordinal)), Is.Empty);
}
