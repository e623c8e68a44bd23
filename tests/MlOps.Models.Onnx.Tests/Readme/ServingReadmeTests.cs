using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Readme;

/// <summary>The section on serving in the README of MlOps.Core shows code that runs.</summary>
public sealed class ServingReadmeTests
{
    private const string Begin = "// As in the readme:\n";
    private const string End = "// Until here.\n";

    [Test]
    public void The_code_is_in_the_readme()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Readme");
        var readme = File.ReadAllText(Path.Combine(folder, "Core.md")).ReplaceLineEndings("\n");
        var source = File.ReadAllText(Path.Combine(folder, "ServingProgram.cs")).ReplaceLineEndings("\n");

        var blocks = source.Split(Begin)[1..].Select(static part => Unindent(part[..part.IndexOf(End, StringComparison.Ordinal)])).ToArray();

        Assert.That(blocks, Has.Length.EqualTo(6));
        Assert.That(blocks.Where(block => !readme.Contains($"```csharp\n{block}```", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task It_predicts()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-readme-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "first.onnx"), Product("age", 1, "score", 0.5f));
            await File.WriteAllBytesAsync(Path.Combine(folder, "second.onnx"), Product("age", 1, "score", 0.25f));
            await File.WriteAllBytesAsync(Path.Combine(folder, "counts.onnx"), Product("counts", 2, "score", 1));
            await File.WriteAllTextAsync(Path.Combine(folder, "words.txt"), "good\nbad\n");
            using var output = new StringWriter();

            await ServingProgram.RunAsync(folder, output);

            Assert.That(
                output.ToString().ReplaceLineEndings("\n"),
                Is.EqualTo("tensors 20 10\nproduction 1: 20\nchallenger 2: 10\ntenant 20\nnone\nsentiment 2\nfile 20\n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Drops the indentation of the first line from each line, and what the last line begins with.</summary>
    private static string Unindent(string block)
    {
        var lines = block.Split('\n')[..^1];
        var indentation = lines[0].Length - lines[0].TrimStart().Length;
        return string.Concat(lines.Select(line => (line.Length > indentation ? line[indentation..] : "") + "\n"));
    }

    private static byte[] Product(string input, long columns, string output, float factor) => Model(
        [Node("Mul", [input, "factor"], [output])],
        [Tensor(input, TensorElementType.Float, -1, columns)],
        [Tensor(output, TensorElementType.Float, -1, columns)],
        initializers: [Initializer("factor", [factor], 1)]);
}
