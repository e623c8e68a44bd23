using MlOps.Models;

namespace MlOps.Testing;

/// <summary>The contract of <see cref="IModelLoader"/> as tests. A loader's author derives a sealed fixture, named for the loader, and passes them all.</summary>
/// <remarks>
/// The fixture brings the rows and their types (<see cref="FourFeatures"/>, <see cref="LabelAndProbabilities"/>); the author brings a model of the format that fits them.
/// Tests of one fixture run one after another: do not mark it parallelizable in itself.
/// </remarks>
public abstract partial class ModelLoaderConformance
{
    private const double Tolerance = 1e-6;
    private const string ModelName = "conformance";
    private const int Version = 41;

    /// <summary>Gets the folder of the running test, which the model is written to.</summary>
    private string Folder { get; set; } = "";

    private ModelSource Source => new() { Model = ModelName, Version = Version, Folder = Folder };

    /// <summary>Makes a loader, with options that any machine can follow.</summary>
    /// <returns>The loader.</returns>
    protected abstract IModelLoader CreateLoader();

    /// <summary>Writes the files of a model that the loader loads.</summary>
    /// <remarks>
    /// The model takes four numbers of 32 bits, as one input <c>features</c> of four or as the inputs <c>first</c>, <c>second</c>, <c>third</c> and <c>fourth</c>. It gives <c>label</c>, an integer that a
    /// <see cref="long"/> holds, and <c>probabilities</c>, two or more numbers of 32 bits. Different rows should get different answers. A classifier of irises will do.
    /// </remarks>
    /// <param name="folder">An empty folder.</param>
    /// <returns>A task that ends when the files are written.</returns>
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

    /// <summary>Makes rows that differ from one another, the same in every run.</summary>
    private static FourFeatures[] MakeRows(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => new FourFeatures
        {
            Features = [4 + (4 * random.NextSingle()), 2 + (3 * random.NextSingle()), 1 + (6 * random.NextSingle()), 3 * random.NextSingle()],
        })];
    }

    private static LabelAndProbabilities[] MakeOutputs(int count) => [.. Enumerable.Range(0, count).Select(static _ => new LabelAndProbabilities())];

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

    /// <summary>Asserts, where the system tells, that this process has no file of the folder open; elsewhere deleting the folder would fail.</summary>
    private void AssertNothingIsOpen()
    {
        if (OperatingSystem.IsLinux())
        {
            var open = Directory.GetFiles("/proc/self/fd").Select(static file => new FileInfo(file).LinkTarget).Concat(File.ReadLines("/proc/self/maps"));
            Assert.That(open.Where(target => target?.Contains(Folder, StringComparison.Ordinal) is true), Is.Empty);
        }

        Directory.Delete(Folder, recursive: true);
    }
}
