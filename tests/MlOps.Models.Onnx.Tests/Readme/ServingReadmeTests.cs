using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Readme;

/// <summary>Runs the code of the guide <c>src/MlOps.Core/Serving/README.md</c>.</summary>
public sealed class ServingReadmeTests
{
    [Test]
    public async Task The_code_of_the_guide_predicts()
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

    private static byte[] Product(string input, long columns, string output, float factor) => Model(
        [Node("Mul", [input, "factor"], [output])],
        [Tensor(input, TensorElementType.Float, -1, columns)],
        [Tensor(output, TensorElementType.Float, -1, columns)],
        initializers: [Initializer("factor", [factor], 1)]);
}
