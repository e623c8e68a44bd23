using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Tests that a processor is created from the files of its version and is replaced with the version.</summary>
public sealed class ModelProcessorTests : ServingFixture
{
    private sealed class Words
    {
        public string Text { get; set; } = "";
    }

    private sealed class Sum
    {
        public float Value { get; set; }

        public string Unit { get; set; } = "";
    }

    /// <summary>Predicts the length of a text. The unit is read from a file of the version.</summary>
    private sealed class Lengths(string unit, string sample = "a") : IModelProcessor<Words, Sum>, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public IReadOnlyList<Words> Samples => [new Words { Text = sample }];

        public IReadOnlyDictionary<string, ModelTensor> CreateTensors(Words input) =>
            new Dictionary<string, ModelTensor> { ["x"] = new(new float[] { input.Text.Length }, [1]) };

        public void ReadTensors(IReadOnlyDictionary<string, ModelTensor> outputs, Words input, Sum output) =>
            (output.Value, output.Unit) = (outputs["y"].AsSpan<float>()[0], unit);

        public void Dispose() => IsDisposed = true;
    }

    private static async Task<ModelVersion> PromoteAsync(Service service, string slope, string unit)
    {
        using var folder = new TemporaryFolder();
        var files = new[] { Path.Combine(folder.Path, "slope.txt"), Path.Combine(folder.Path, "unit.txt") };
        await File.WriteAllTextAsync(files[0], slope);
        await File.WriteAllTextAsync(files[1], unit);
        var version = await service.Registry.RegisterAsync("line", new ModelRegistration { Format = "line", Files = files, Signature = Line.Signature });
        await service.Registry.SetAliasAsync("line", "production", version.Number);
        return version;
    }

    private static IModel<Words, Sum> ModelOf(Service service) => service.Services.GetRequiredService<IModel<Words, Sum>>();

    [Test]
    public async Task A_processor_reads_the_files_of_its_version_and_is_exchanged_with_it()
    {
        var processors = new List<Lengths>();
        var service = CreateService(build: builder => builder.AddModel<Words, Sum>("line", createProcessor: version =>
        {
            processors.Add(new Lengths(File.ReadAllText(version.GetPath("unit.txt"))));
            return processors[^1];
        }));
        await PromoteAsync(service, "2", "points");
        await service.StartAsync();
        var first = ModelOf(service).Predict(new Words { Text = "abc" });
        await PromoteAsync(service, "3", "stars");
        await Until.IsTrueAsync(() => ModelOf(service).Status.ReadyVersion == 2);

        var second = ModelOf(service).Predict(new Words { Text = "abc" });

        Assert.That((first.Output.Value, first.Output.Unit), Is.EqualTo((6f, "points")));
        Assert.That((second.Output.Value, second.Output.Unit), Is.EqualTo((9f, "stars")));
        Assert.That(File.ReadAllText(second.Version.GetPath("unit.txt")), Is.EqualTo("stars"));
        await Until.IsTrueAsync(() => processors[0].IsDisposed);
        Assert.That(processors[1].IsDisposed, Is.False);
    }

    [Test]
    public async Task Tensors_of_a_processor_are_validated_also_in_batches()
    {
        var service = CreateService(build: static builder => builder.AddModel<Words, Sum>("line", createProcessor: static _ => new Lengths("points")));
        await PromoteAsync(service, "2", "points");
        await service.StartAsync();
        var tooLong = new Words { Text = new string('a', 101) };

        var predictions = ModelOf(service).Predict([new Words { Text = "ab" }, tooLong]);

        Assert.That(predictions[0].Output.Value, Is.EqualTo(4));
        Assert.That(predictions[1].IsRejected, Is.True);
        Assert.Throws<InvalidInputException>(() => ModelOf(service).Predict(tooLong));
    }

    [Test]
    public async Task A_missing_file_fails_the_load_and_the_error_lists_the_files()
    {
        var service = CreateService(build: static builder =>
            builder.AddModel<Words, Sum>("line", createProcessor: static version => new Lengths(version.GetPath("units.txt"))));
        await PromoteAsync(service, "2", "points");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("processor").And.Contain("'unit.txt'"));
        await service.WaitForDisposalsAsync(live: 0);
    }

    [Test]
    public async Task A_processor_whose_samples_all_fail_fails_the_load()
    {
        var service = CreateService(build: static builder =>
            builder.AddModel<Words, Sum>("line", createProcessor: static _ => new Lengths("points", new string('a', 101))));
        await PromoteAsync(service, "2", "points");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("fails the smoke test"));
    }

    [Test]
    public async Task A_function_that_creates_no_processor_fails_the_load()
    {
        var service = CreateService(build: static builder => builder.AddModel<Point, Answer>("line", createProcessor: static _ => null!));
        await PromoteAsync(service, "2", "points");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("processor").And.Contain("null"));
        await service.WaitForDisposalsAsync(live: 0);
    }

    /// <summary>A processor that returns null in violation of its contract.</summary>
    private sealed class Careless(IReadOnlyList<Words>? samples) : IModelProcessor<Words, Sum>
    {
        public IReadOnlyList<Words> Samples => samples!;

        public IReadOnlyDictionary<string, ModelTensor> CreateTensors(Words input) => null!;

        public void ReadTensors(IReadOnlyDictionary<string, ModelTensor> outputs, Words input, Sum output)
        {
        }
    }

    [TestCase(true, "samples of its processor (1). Careless.CreateTensors returned null. Return a tensor for each input of the model. Correct the processor")]
    [TestCase(false, "Careless.Samples returned null")]
    public async Task A_processor_that_returns_null_is_named(bool hasSamples, string message)
    {
        var service = CreateService(build: builder =>
            builder.AddModel<Words, Sum>("line", createProcessor: _ => new Careless(hasSamples ? [new Words()] : null)));
        await PromoteAsync(service, "2", "points");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain(message));
    }

    [Test]
    public async Task A_sample_that_is_null_is_reported()
    {
        var service = CreateService(build: static builder => builder.AddModel<Words, Sum>("line", createProcessor: static _ => new Careless([null!])));
        await PromoteAsync(service, "2", "points");

        await service.StartAsync();

        Assert.That(service.Logs.GetSnapshot().Select(static log => log.Message), Has.Some.Contains("the smoke test was skipped"));
    }
}
