using Microsoft.ML;

namespace MlOps.Models;

public sealed class LoadFaultTests
{
    [Test]
    public async Task Model_with_a_custom_mapping_loads_where_the_application_has_it()
    {
        using var folder = ModelFolder.With(MappingModel());
        using var model = await folder.LoadAsync(new MLNetModelOptions { Assemblies = { typeof(DoublingFactory).Assembly } });
        using var predictor = model.CreatePredictor<Amount, Doubled>();
        var output = new Doubled();

        predictor.Predict(new Amount { Value = 21 }, output);

        Assert.That(output.Twice, Is.EqualTo(42));
    }

    [Test]
    public Task Unregistered_mapping_is_named_with_the_call_that_registers_it() =>
        AssertRefused(ZipBytes.Replace(MappingModel(), DoublingFactory.Contract, "trebling"), "'trebling'", "Assemblies.Add");

    [Test]
    public Task Assembly_of_a_mapping_that_is_missing_is_named() =>
        AssertRefused(ZipBytes.Replace(MappingModel(), "MlOps.Models.MLNet.Tests", "MlOps.Models.MLNet.Texts"), "'MlOps.Models.MLNet.Texts'", "Reference");

    [Test]
    public Task Package_of_a_trainer_that_is_missing_is_named() =>
        AssertRefused(
            ZipBytes.Replace(IrisModel.ToZip(), "Microsoft.ML.StandardTrainers", "Microsoft.ML.StandardTrainerz"),
            "'Microsoft.ML.StandardTrainerz'",
            "Reference");

    [Test]
    public Task Unknown_step_is_named_by_its_place() =>
        AssertRefused(ZipBytes.Replace(IrisModel.ToZip(), "KeyToValueTransform", "KeyToThingTransform"), "Transform_002", "Reference");

    [Test]
    public Task Steps_that_are_cut_off_are_rejected() =>
        AssertRefused(
            ZipBytes.Of([.. ZipBytes.Read(IrisModel.ToZip()).Select(static entry => (entry.Name, entry.Content[..(entry.Content.Length * 3 / 4)]))]),
            "damaged");

    [Test]
    public Task Zip_without_a_model_is_rejected() => AssertRefused(ZipBytes.Of(("readme.txt", "hello"u8.ToArray())), "is not a model");

    [Test]
    public async Task Any_damaged_byte_of_a_step_causes_only_a_format_exception()
    {
        var entries = ZipBytes.Read(IrisModel.ToZip());
        // A vector with a false length of 500 million blocks ML.NET.
        var steps = entries.Where(static entry => !entry.Name.EndsWith("Schema", StringComparison.Ordinal)).ToArray();
        var random = new Random(4);
        for (var round = 0; round < 300; round++)
        {
            var (name, content) = steps[random.Next(steps.Length)];
            byte[] damaged = [.. content];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            using var folder = ModelFolder.With(ZipBytes.Of([.. entries.Select(entry => entry.Name == name ? (name, damaged) : entry)]));
            try
            {
                using var model = await folder.LoadAsync();
            }
            catch (ModelFormatException)
            {
                // A damaged file that still loads is detected by golden examples, not by the loader.
            }
        }
    }

    [Test]
    public async Task Model_saved_without_a_schema_requires_a_signature()
    {
        var zip = ZipBytes.Of([.. ZipBytes.Read(IrisModel.ToZip()).Where(static entry => entry.Name != "Schema")]);
        var signature = new ModelSignature
        {
            Inputs =
            [
                new ModelFeature { Name = "features", Type = FeatureType.Float32, Shape = [null, 4] },
                new ModelFeature { Name = "species", Type = FeatureType.Int32, IsOptional = true },
            ],
            Outputs = [],
        };
        using var folder = ModelFolder.With(zip, signature);

        await AssertRefused(zip, "data.Schema");
        using var model = await folder.LoadAsync();

        Assert.That(model.Signature.Inputs.Single().Shape, Is.EqualTo(new long?[] { null, 4 }));
    }

    [Test]
    public async Task Model_without_sufficient_memory_is_transient()
    {
        using var folder = ModelFolder.With(MappingModel(HungryFactory.Contract));
        var options = new MLNetModelOptions { Assemblies = { typeof(HungryFactory).Assembly } };

        HungryFactory.HasEnough = false;
        var refused = await Assert.ThrowsAsync<ModelFormatException>(() => folder.LoadAsync(options));
        HungryFactory.HasEnough = true;
        using var model = await folder.LoadAsync(options);

        Assert.That(refused!.IsTransient, Is.True);
        Assert.That(refused.Message, Does.Contain("provide more memory"));
    }

    private static byte[] MappingModel(string contract = DoublingFactory.Contract)
    {
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable([new Amount()]);
        var model = context.Transforms.CustomMapping(new DoublingFactory().GetMapping(), contract).Fit(data);
        using var folder = ModelFolder.With(model, data.Schema);
        return File.ReadAllBytes(Path.Combine(folder.Path, "model.zip"));
    }

    private static async Task AssertRefused(byte[] zip, params string[] said)
    {
        using var folder = ModelFolder.With(zip);

        var refused = await Assert.ThrowsAsync<ModelFormatException>(() => folder.LoadAsync());

        Assert.That(said.Where(text => !refused.Message.Contains(text, StringComparison.Ordinal)), Is.Empty, refused.Message);
        Assert.That(refused.IsTransient, Is.False);
        Assert.That(refused.Message, Does.Contain("version 7 of the model 'test'").And.EndWith("."));
    }
}
