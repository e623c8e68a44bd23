using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Models;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;
using MlOps.Validation;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelRegistryTests : IDisposable
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(5);
    private readonly Registrations _registrations = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly CountingStore _store = new(new InMemoryArtifactStore());
    private readonly ModelRegistry _registry;

    public ModelRegistryTests() => _registry = new ModelRegistry(_store, timeProvider: _clock);

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task A_cached_model_costs_no_request_and_no_memory()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.SetAliasAsync("churn", "production", 1);
        _store.Reset();
        Resolve();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var resolved = 0;
        for (var i = 0; i < 1000; i++)
        {
            resolved += Resolve();
        }

        Assert.That((resolved, GC.GetAllocatedBytesForCurrentThread() - before, _store.Requests), Is.EqualTo((1000, 0L, 0)));

        int Resolve() => _registry.FindAsync("churn", s_age) is { IsCompletedSuccessfully: true } found
            ? found.GetAwaiter().GetResult()!.Find("production")!.Number
            : 0;
    }

    [Test]
    public async Task The_input_schema_of_a_registration_becomes_a_file_of_the_version()
    {
        var schema = new InputSchema([new FeatureSchema { Name = "age", Type = FeatureType.Float32, Minimum = 0, Maximum = 120 }]);
        var plain = _registrations.Plain();

        var version = await _registry.RegisterAsync("churn", new ModelRegistration { Format = plain.Format, Files = plain.Files, InputSchema = schema });

        var package = await _registry.OpenAsync(version);
        var folder = Directory.CreateTempSubdirectory("mlops-schema-").FullName;
        try
        {
            await package.RestoreAsync(folder);
            Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, InputSchema.FileName)), Is.EqualTo(schema.ToJson()));
            Assert.That(package.Files.Select(static file => file.Path), Is.Ordered.And.Contains(InputSchema.FileName));
            Assert.That(version.FileCount, Is.EqualTo(package.Files.Count));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_second_input_schema_is_refused_before_anything_is_stored(bool isInFolder)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-schema-").FullName;
        var file = Path.Combine(folder, "Input-Schema.json");
        await File.WriteAllTextAsync(file, "{}");
        try
        {
            var registration = new ModelRegistration { Format = "onnx", Files = [isInFolder ? folder : file], InputSchema = new InputSchema([]) };

            await Assert.ThatAsync(
                () => _registry.RegisterAsync("churn", registration),
                Throws.ArgumentException.With.Message.Contains("Omit the property, or remove the file"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.That(await _store.ListAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task An_expired_model_is_read_again_in_one_request()
    {
        var other = new ModelRegistry(_store, timeProvider: _clock);
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await other.RegisterAsync("churn", _registrations.Plain());
        Assert.That((await _registry.FindAsync("churn", s_age))!.Versions, Has.Count.EqualTo(1));

        _clock.Advance(s_age);
        _store.Reset();

        Assert.That((await _registry.FindAsync("churn", s_age))!.Versions, Has.Count.EqualTo(2));
        Assert.That(_store.Requests, Is.EqualTo(3), "one for the new event, and one more read ahead for two at a time");
        _store.Reset();
        await _registry.FindAsync("churn");
        Assert.That(_store.Requests, Is.EqualTo(1));
        await _registry.FindAsync("churn", s_age);
        Assert.That(_store.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_model_costs_two_requests_each_time_and_is_not_cached()
    {
        await _registry.FindAsync("churn", s_age);
        Assert.That(_store.Requests, Is.EqualTo(2), "one for the event, and one for the marker of the store");

        await new ModelRegistry(_store).RegisterAsync("churn", _registrations.Plain());

        Assert.That(await _registry.FindAsync("churn", s_age), Is.Not.Null);
    }

    [Test]
    public async Task Listing_costs_a_bounded_number_of_requests_for_each_model()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            for (var number = 0; number < EventLog<ModelEvent, ModelState>.CheckpointInterval; number++)
            {
                await _registry.TagOrCreateAsync(name, number);
            }
        }

        _store.Reset();
        await new ModelRegistry(_store).ListAsync().CountAsync();

        Assert.That(_store.Requests, Is.LessThanOrEqualTo((3 * 4) + 1));
    }

    [Test]
    public async Task Other_folders_are_ignored()
    {
        await _store.WriteTextAsync(ArtifactPath.Parse("models/readme.txt"), "notes");
        await _store.WriteTextAsync(ArtifactPath.Parse("models/a/notes.txt"), "notes");
        await _registry.CreateAsync("b");
        await _store.WriteTextAsync(ArtifactPath.Parse("models/b/zzz/notes.txt"), "notes");
        await _registry.CreateAsync("c");

        Assert.That(await _registry.ListAsync().Select(static model => model.Name).ToListAsync(), Is.EqualTo(["b", "c"]));
    }

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("a:b")]
    [TestCase("..")]
    [TestCase("nul")]
    [TestCase("ends ")]
    [TestCase("tab\t")]
    public async Task A_name_that_is_not_portable_is_refused(string name)
    {
        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => _registry.RegisterAsync(name, _registrations.Plain())))!;

        Assert.That(thrown.Message, Does.Contain("cannot be the name of a model"));
        Assert.That(_store.Requests, Is.Zero);
    }

    [Test]
    public async Task A_name_with_an_unpaired_surrogate_is_refused() =>
        Assert.That(
            (await Assert.ThrowsAsync<ArgumentException>(() => _registry.CreateAsync("half \ud800")))!.Message, Does.Contain("half of a surrogate pair"));

    [Test]
    public async Task The_longest_name_is_accepted_and_a_longer_name_is_refused()
    {
        var longest = new string('日', 250);

        await _registry.RegisterAsync(longest, _registrations.Plain());

        Assert.That(await _registry.ListAsync().Select(static model => model.Name).ToListAsync(), Is.EqualTo([longest]));
        await Assert.ThrowsAsync<ArgumentException>(() => _registry.CreateAsync(longest + "a"));
        await Assert.ThrowsAsync<ArgumentException>(() => _registry.CreateAsync(string.Concat(Enumerable.Repeat("😀", 125)) + "日日"));
    }

    private static IEnumerable<TestCaseData> BadRegistrations()
    {
        yield return Case(static file => new() { Format = " ", Files = [file] }, "the name of a format");
        yield return Case(static _ => new() { Format = "onnx", Files = [] }, "has no files");
        yield return Case(static file => new() { Format = "onnx", Files = [file + ".missing"] }, "The file or folder");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Actor = "" }, "the name of a person");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Metrics = new Dictionary<string, double> { [""] = 1 } }, "the name of a metric");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Tags = new Dictionary<string, string> { ["a\nb"] = "" } }, "control character");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Parameters = new Dictionary<string, string> { ["p"] = null! } },
            "parameter 'p' has no value");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Description = "\udc00" }, "half of a surrogate pair");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Description = new string('x', 100_001) }, "100001 characters");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Resources = new ResourceProfile { Memory = -1 } }, "-1 bytes");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Resources = new ResourceProfile() }, "no measurement");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Resources = new ResourceProfile { Machine = "linux-x64-2" } }, "no measurement");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Resources = new ResourceProfile { Machine = "", Memory = 1 } }, "kind of machine");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Resources = new ResourceProfile { ArtifactSize = -2 } }, "-2 bytes");
        yield return Case(
            static file => new()
            {
                Format = "onnx",
                Files = [file],
                Resources = new ResourceProfile { Latency = TimeSpan.FromSeconds(2), LatencyP99 = TimeSpan.FromSeconds(1) },
            },
            "00:00:01, which is less than the median, 00:00:02");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Lineage = new ModelLineage { Datasets = [new DatasetReference("flights", 0)] } },
            "'flights/0'");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Lineage = new ModelLineage { Datasets = [new("f", 1), new("f", 1)] } },
            "contains the dataset 'f/1' twice");
        yield return Case(static file => new() { Format = "onnx", Files = [file], Examples = [new() { Inputs = [], Outputs = [] }] }, "no outputs");
        yield return Case(
            static file =>
                new() { Format = "onnx", Files = [file], Examples = [new() { Inputs = [], Outputs = new JsonObject { ["y"] = 1 }, Tolerance = double.NaN }] },
            "NaN");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Examples = [new() { Inputs = [], Outputs = new JsonObject { ["y"] = Nested(100) } }] },
            "Use a nesting depth of at most 60");
        yield return Case(
            static file =>
                new() { Format = "onnx", Files = [file], Examples = [new() { Inputs = [], Outputs = new JsonObject { ["y"] = new string('x', 17 << 20) } }] },
            "and 16777216 are allowed");
        yield return Case(
            static file => new() { Format = "onnx", Files = [file], Signature = Taking(new ModelFeature { Name = "x", Type = (FeatureType)99 }) },
            "its type is 99");
        yield return Case(
            static file =>
                new() { Format = "onnx", Files = [file], Signature = Taking(new ModelFeature { Name = "x", Type = FeatureType.Int8, Shape = [-1] }) },
            "its shape is [-1]");
        yield return Case(
            static file =>
                new()
                {
                    Format = "onnx",
                    Files = [file],
                    Signature = Taking(
                    new ModelFeature { Name = "x", Type = FeatureType.Int8, Minimum = 2, Maximum = 1 })
                },
            "2 to 1");
        yield return Case(
            static file =>
                new() { Format = "onnx", Files = [file], Signature = Taking(new ModelFeature { Name = "x", Type = FeatureType.String, Categories = [] }) },
            "its list of categories is empty");
        yield return Case(
            static file =>
                new()
                {
                    Format = "onnx",
                    Files = [file],
                    Signature = Taking(
                    new ModelFeature { Name = "x", Type = FeatureType.Int8 }, new ModelFeature { Name = "x", Type = FeatureType.Int8 })
                },
            "another feature has the same name");
        yield return Case(
            static file =>
                new()
                {
                    Format = "onnx",
                    Files = [file],
                    Tags = Enumerable.Range(0, 40).ToDictionary(
                    static i => $"tag {i}", static _ => new string('x', 60_000))
                },
            "The largest parts are 'tags'");

        static TestCaseData Case(Func<string, ModelRegistration> make, string fault) => new(make, fault);
        static ModelSignature Taking(params ModelFeature[] inputs) => new() { Inputs = inputs, Outputs = [] };
        static JsonNode Nested(int depth) => depth == 0 ? JsonValue.Create(1) : new JsonArray(Nested(depth - 1));
    }

    [TestCaseSource(nameof(BadRegistrations))]
    public async Task An_invalid_registration_is_refused_before_data_is_stored(Func<string, ModelRegistration> make, string fault)
    {
        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => _registry.RegisterAsync("churn", make(_registrations.File))))!;

        Assert.That(thrown.Message, Does.Contain(fault));
        Assert.That(await _store.ListAsync().CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_model_can_be_created_before_its_first_version()
    {
        var created = await _registry.CreateAsync("churn", "Who will leave.", new Dictionary<string, string> { ["team"] = "growth" }, actor: "ada");
        _clock.Advance(TimeSpan.FromHours(1));
        var version = await _registry.RegisterAsync("churn", _registrations.Plain());

        var model = (await _registry.FindAsync("churn"))!;
        Assert.That((created.Versions.Count, version.Number, model.Description, model.Tags["team"]), Is.EqualTo((0, 1, "Who will leave.", "growth")));
        Assert.That((model.Created, model.Updated), Is.EqualTo((created.Created, created.Created.AddHours(1))));
        await Assert.ThrowsAsync<VersionConflictException>(() => _registry.CreateAsync("churn"));
    }

    [Test]
    public async Task A_version_may_have_its_files_elsewhere()
    {
        var version = await _registry.RegisterAsync("churn", new() { Format = "onnx", Files = [], Lineage = new() { Source = "s3://elsewhere/model" } });

        Assert.That((version.FileCount, (await _registry.OpenAsync(version)).Files.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task The_default_actor_is_the_configured_actor_or_the_system_user()
    {
        var configured = new ModelRegistry(_store, actor: "pipeline");
        var plain = new ModelRegistration { Format = "onnx", Files = [_registrations.File] };

        Assert.That((await configured.RegisterAsync("churn", plain)).Actor, Is.EqualTo("pipeline"));
        Assert.That((await _registry.RegisterAsync("churn", plain)).Actor, Is.EqualTo(Environment.UserName));
        await configured.TagAsync("churn", "a", "b");
        Assert.That((await _registry.ReadHistoryAsync("churn").LastAsync()).Actor, Is.EqualTo("pipeline"));
    }

    [Test]
    public async Task Only_the_mutable_properties_of_a_version_change()
    {
        await _registrations.AddDatasetAsync(_store);
        await _registry.RegisterAsync("churn", _registrations.Complete());
        _clock.Advance(TimeSpan.FromHours(1));

        await _registry.DescribeAsync("churn", 1, description: "New.", intendedUse: "");
        await _registry.TagAsync("churn", "stage", "live", version: 1);
        await _registry.TagAsync("churn", "team", null, version: 1);
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Memory = 5 });

        var version = await _registry.GetVersionAsync("churn", "1");
        Assert.That((version.Description, version.IntendedUse), Is.EqualTo(("New.", (string?)null)));
        Assert.That(version.Tags, Is.EqualTo(new Dictionary<string, string> { ["stage"] = "live" }));
        Assert.That((version.Resources!.Memory, version.Resources.LoadTime), Is.EqualTo((5, TimeSpan.FromSeconds(2))));
        Assert.That(version.Updated - version.Created, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(version.Metrics["auc"], Is.EqualTo(0.9));
    }

    [Test]
    public async Task The_longest_text_fits_an_event_even_if_each_character_is_escaped()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        var longest = new string('\u0001', 100_000);

        await _registry.TagAsync("churn", "mlflow/prompt.text - a:b_c d", longest);

        Assert.That((await new ModelRegistry(_store).FindAsync("churn"))!.Tags.Values.Single(), Is.EqualTo(longest));
        var longer = await Assert.ThrowsAsync<ArgumentException>(() => _registry.TagAsync("churn", "text", longest + "x"));
        Assert.That(longer!.Message, Does.Contain("it has 100001 characters. The maximum is 100000"));
    }

    [Test]
    public async Task A_snapshot_does_not_change()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        var before = (await _registry.FindAsync("churn"))!;

        await _registry.TagAsync("churn", "stage", "live", version: 1);
        await _registry.SetAliasAsync("churn", "production", 1);

        Assert.That((before.Versions[0].Tags.Count, before.Aliases.Count, before.Find("production")), Is.EqualTo((0, 0, (ModelVersion?)null)));
    }

    [Test]
    public async Task A_corrupted_file_is_refused_with_the_name_of_the_model()
    {
        var package = await _registry.OpenAsync(await _registry.RegisterAsync("churn", _registrations.Plain()));
        await _store.WriteTextAsync(Content.ContentStore.PathOf(package.Files[0].Sha256), "Weights");
        using var target = new TemporaryFolder();

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => package.RestoreAsync(target.Path)))!;

        Assert.That(thrown.Message, Does.Contain("the file 'model.onnx' of version 1 of the model 'churn'"));
        Assert.That((thrown.Expected, thrown.Actual), Is.EqualTo(((Sha256Digest?)Sha256Digest.Of("weights"u8), (Sha256Digest?)Sha256Digest.Of("Weights"u8))));
        Assert.That(Directory.EnumerateFileSystemEntries(target.Path), Is.Empty);
    }

    [Test]
    public async Task A_corrupted_manifest_is_refused_with_the_name_of_the_model()
    {
        var version = await _registry.RegisterAsync("churn", _registrations.Plain());
        var path = Content.ContentStore.PathOf(version.Manifest);
        await _store.WriteTextAsync(path, (await _store.ReadTextAsync(path)).Replace("model.onnx", "Model.onnx", StringComparison.Ordinal));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => _registry.OpenAsync(version)))!;

        Assert.That(thrown.Message, Does.Contain("version 1 of the model 'churn'"));
    }

    [Test]
    public async Task Numbers_that_JSON_cannot_represent_are_read_as_texts()
    {
        var example = new GoldenExample { Inputs = [], Outputs = new JsonObject { ["y"] = double.NaN, ["z"] = double.NegativeInfinity } };
        var version = await _registry.RegisterAsync("churn", new() { Format = "onnx", Files = [_registrations.File], Examples = [example] });

        var outputs = (await _registry.OpenAsync(version)).Examples.Single().Outputs;

        Assert.That((outputs["y"]!.GetValue<string>(), outputs["z"]!.GetValue<string>()), Is.EqualTo(("NaN", "-Infinity")));
    }

    [Test]
    public async Task A_missing_file_is_reported_with_the_existing_files()
    {
        var package = await _registry.OpenAsync(await _registry.RegisterAsync("churn", _registrations.Plain()));

        Assert.That(Assert.Throws<ArgumentException>(() => package.OpenReadAsync("other"))!.Message, Does.Contain("It has 'model.onnx'"));
    }
}
