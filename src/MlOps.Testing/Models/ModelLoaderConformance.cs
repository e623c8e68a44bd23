using MlOps.Models;

namespace MlOps.Testing;

/// <summary>The conformance tests of <see cref="IModelLoader"/>. Derive a sealed fixture that is named for the loader.</summary>
/// <remarks>
/// The tests predict rows of the type <see cref="FourFeatures"/> and read outputs of the type <see cref="LabelAndProbabilities"/>. The derived fixture
/// provides a model of its format with these inputs and outputs. The tests share state, so do not run the tests of a fixture in parallel.
/// </remarks>
/// <example>
/// <code>
/// public sealed class AcmeModelLoaderTests : ModelLoaderConformance
/// {
///     protected override IModelLoader CreateLoader() => new AcmeModelLoader();
///
///     protected override Task WriteModelAsync(string folder)
///     {
///         File.Copy("iris.acme", Path.Combine(folder, "iris.acme"));
///         return Task.CompletedTask;
///     }
/// }
/// </code>
/// </example>
public abstract partial class ModelLoaderConformance
{
    private const double Tolerance = 1e-6;
    private const string ModelName = "conformance";
    private const int Version = 41;

    /// <summary>Gets or sets the folder of the model in the running test.</summary>
    private string Folder { get; set; } = "";

    private ModelSource Source => new() { Model = ModelName, Version = Version, Folder = Folder };

    /// <summary>Creates a loader with options that work on every machine.</summary>
    /// <returns>The loader.</returns>
    protected abstract IModelLoader CreateLoader();

    /// <summary>Writes the files of a model in the format of the loader.</summary>
    /// <remarks>
    /// The model has four inputs of the type <see cref="float"/>: either one input <c>features</c> with four elements, or the inputs <c>first</c>,
    /// <c>second</c>, <c>third</c> and <c>fourth</c>. Its outputs are <c>label</c>, an integer that fits a <see cref="long"/>, and <c>probabilities</c>, two or
    /// more values of the type <see cref="float"/>. Different rows have different predictions. A classifier of the iris dataset is suitable.
    /// </remarks>
    /// <param name="folder">An empty folder.</param>
    /// <returns>A task that completes when the files are written.</returns>
    protected abstract Task WriteModelAsync(string folder);

    [SetUp]
    public async Task WriteModel()
    {
        Folder = Directory.CreateTempSubdirectory("mlops-model-").FullName;
        await WriteModelAsync(Folder);
    }

    [TearDown]
    public void DeleteModel()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private Task<ILoadedModel> LoadAsync() => CreateLoader().LoadAsync(Source);

    /// <summary>Creates rows that differ from each other. They are the same in every test run.</summary>
    private static FourFeatures[] CreateRows(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => new FourFeatures
        {
            Features = [4 + (4 * random.NextSingle()), 2 + (3 * random.NextSingle()), 1 + (6 * random.NextSingle()), 3 * random.NextSingle()],
        })];
    }

    private static LabelAndProbabilities[] CreateOutputs(int count) => [.. Enumerable.Range(0, count).Select(static _ => new LabelAndProbabilities())];

    private static LabelAndProbabilities PredictOne(IPredictor<FourFeatures, LabelAndProbabilities> predictor, FourFeatures row)
    {
        var output = new LabelAndProbabilities();
        predictor.Predict(row, output);
        return output;
    }

    private static void AssertSame(LabelAndProbabilities actual, LabelAndProbabilities expected, string? message = null)
    {
        Assert.That(actual.Label, Is.EqualTo(expected.Label), message);
        Assert.That(actual.Probabilities, Is.EqualTo(expected.Probabilities).Within(Tolerance), message);
    }

    /// <summary>Asserts that the process has no open files in the folder. On other systems than Linux, an open file makes the deletion fail.</summary>
    private void AssertNoOpenFiles()
    {
        if (OperatingSystem.IsLinux())
        {
            var open = Directory.GetFiles("/proc/self/fd").Select(static file => new FileInfo(file).LinkTarget).Concat(File.ReadLines("/proc/self/maps"));
            Assert.That(open.Where(target => target?.Contains(Folder, StringComparison.Ordinal) is true), Is.Empty);
        }

        Directory.Delete(Folder, recursive: true);
    }
}
