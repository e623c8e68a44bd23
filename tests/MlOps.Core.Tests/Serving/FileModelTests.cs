using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Models that are served from a file or folder, without a registry.</summary>
public sealed class FileModelTests : ServingFixture
{
    private DateTime _written = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private string Source => Path.Combine(Folder.Path, "source");

    private string Slope => Path.Combine(Source, "slope.txt");

    [Test]
    public async Task A_file_is_served_as_version_1_and_the_store_is_not_touched()
    {
        var service = await StartAsync("2");

        var prediction = service.Model.Predict(new Point { X = 1 });

        Assert.That((prediction.Output.Y, prediction.Version.Number, prediction.Version.Model), Is.EqualTo((2f, 1, "line")));
        Assert.That(Store.Requests, Is.Zero);
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(
            service.Logs.GetSnapshot().Select(static log => log.Message),
            Has.Some.StartsWith($"The model 'line' serves '{Slope}' without the registry"));
    }

    [Test]
    public async Task A_file_has_no_other_versions()
    {
        var service = await StartAsync("2");

        Assert.That(() => service.Model.At("2"), Throws.InvalidOperationException.With.Message.Contain(Slope));
    }

    [Test]
    public async Task The_folder_of_the_default_store_does_not_appear()
    {
        var data = Path.Combine(Folder.Path, "mlops-data");
        Write("2");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MlOps:Storage:LocalDisk:Root"] = data,
            ["MlOps:Serving:CacheFolder"] = Path.Combine(Folder.Path, "cache"),
            ["MlOps:Models:line:File"] = Slope,
        }).Build();
        var services = new ServiceCollection().AddLogging();
        services.AddMlOps(configuration).AddModelLoader<LineLoader>().AddModel<Point, Answer>("line");
        await using var provider = services.BuildServiceProvider();
        foreach (var host in provider.GetServices<IHostedService>())
        {
            await host.StartAsync(CancellationToken.None);
        }

        var model = provider.GetRequiredService<IModel<Point, Answer>>();
        await model.ReloadAsync();

        Assert.That(model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(data, Does.Not.Exist);
    }

    [Test]
    public async Task A_folder_is_served_with_its_schema_and_its_golden_examples()
    {
        Write("2");
        var schema = new InputSchema([new() { Name = "x", Type = FeatureType.Float32, Maximum = 5 }]);
        await File.WriteAllTextAsync(Path.Combine(Source, InputSchema.FileName), schema.ToJson());
        await File.WriteAllTextAsync(Path.Combine(Source, "golden-examples.json"), """[{ "inputs": { "x": 2 }, "outputs": { "y": 4 } }]""");
        await File.WriteAllTextAsync(Path.Combine(Source, ".notes"), "ignored");

        var service = await StartAsync(file: Source);

        var version = service.Model.Predict(new Point { X = 1 }).Version;
        Assert.Throws<InvalidInputException>(() => service.Model.Predict(new Point { X = 6 }));
        Assert.That((version.Metadata.ExampleCount, version.Metadata.FileCount), Is.EqualTo((1, 3)));
    }

    [TestCase("""[{ "inputs": { "x": 2 }, "outputs": { "y": 5 } }]""", "fails golden example 1 of 1")]
    [TestCase("""{ "x": 2 }""", "cannot be read as golden examples")]
    [TestCase("""[null]""", "A golden example is null")]
    [TestCase("""[{ "inputs": { "x": 2 }, "outputs": {} }]""", "has no outputs")]
    [TestCase("""[{ "inputs": { "x": 2 }, "outputs": { "y": 4 }, "tolerance": -1 }]""", "The tolerance of a golden example is -1")]
    public async Task Golden_examples_that_do_not_hold_or_cannot_be_read_stop_the_start(string examples, string message)
    {
        Write("2");
        await File.WriteAllTextAsync(Path.Combine(Source, "golden-examples.json"), examples);

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => StartAsync(file: Source));

        Assert.That(exception!.Message, Does.Contain(message));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need a privilege there.")]
    public async Task A_link_to_itself_is_reported_with_the_setting()
    {
        Directory.CreateDirectory(Source);
        File.CreateSymbolicLink(Slope, Slope);

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => StartAsync());

        Assert.That(exception!.Message, Does.Contain($"The model in '{Slope}' cannot be read"));
    }

    [Test]
    public async Task A_change_is_served_as_the_next_version_without_affecting_the_previous_one()
    {
        var service = await StartAsync("2");
        var first = service.Model.Predict(new Point { X = 1 }).Version;

        Write("3");

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(await File.ReadAllTextAsync(first.GetPath("slope.txt")), Is.EqualTo("2"));
        await LookUntilAsync(service, static status => status.ReadyVersion == 2);
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(3));
    }

    [Test]
    public async Task A_file_that_is_still_being_written_is_not_loaded()
    {
        var service = await StartAsync("2");

        foreach (var part in new[] { "", "3", "3.", "3.2" })
        {
            Write(part);
            await LookAsync(service);
        }

        Write("3.25");
        await LookUntilAsync(service, static status => status.ReadyVersion == 2);
        Assert.That(service.Loader.Models.Select(static model => model.Version), Is.EqualTo([1, 2]));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(3.25f));
    }

    [Test]
    public async Task A_file_that_is_written_again_with_the_same_content_is_not_loaded_again()
    {
        var service = await StartAsync("2");

        for (var look = 0; look < 3; look++)
        {
            Write("2");
            await LookAsync(service);
            await LookAsync(service);
        }

        Assert.That((service.Loader.Loads, service.ToString()), Is.EqualTo((1, "1 Ready")));
    }

    [Test]
    public async Task A_file_that_was_written_just_before_it_was_read_is_read_again()
    {
        Write("2");
        var service = Create();
        var written = service.Clock.GetUtcNow().UtcDateTime.AddSeconds(-1);
        File.SetLastWriteTimeUtc(Slope, written);
        await service.StartAsync();
        Write("3");
        File.SetLastWriteTimeUtc(Slope, written);

        await service.PollAsync(static status => status.ReadyVersion == 2);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(3));
    }

    [Test]
    public async Task A_reload_reads_the_file_even_if_its_size_and_time_are_the_same()
    {
        var service = await StartAsync("2");
        var written = File.GetLastWriteTimeUtc(Slope);
        Write("3");
        File.SetLastWriteTimeUtc(Slope, written);

        var status = await service.Model.ReloadAsync();

        Assert.That(status.ReadyVersion, Is.EqualTo(2));
    }

    [Test]
    public async Task A_missing_file_leaves_the_version_in_service()
    {
        var service = await StartAsync("2");
        File.Delete(Slope);

        await service.PollAsync(static status => status.Error is not null);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(
            service.Model.Status.Error,
            Is.EqualTo($"There is no file or folder '{Slope}'. The path is set by MlOps:Models:line:File. Put the model there, or correct the setting."));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(service.Logs.GetSnapshot().Count(static log => log.Id.Id == 602), Is.EqualTo(1));
        Write("2");
        await LookUntilAsync(service, static status => status.Error is null);
        Assert.That(service.Loader.Loads, Is.EqualTo(1));
    }

    [Test]
    public async Task Content_that_does_not_load_leaves_the_version_in_service()
    {
        var service = await StartAsync("2");
        Write("broken");

        await LookUntilAsync(service, static status => status.Error is not null);

        Assert.That(service.ToString(), Is.EqualTo("1 Ready, 2 Failed"));
        Assert.That(service.Model.Status.Error, Does.Contain("'broken' is no slope"));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(service.Logs.GetSnapshot().Any(static log => log.Id.Id == 601), Is.True);
        Write("3");
        await LookUntilAsync(service, static status => status.ReadyVersion == 3);
        Assert.That(service.Model.Status.Error, Is.Null);
    }

    [Test]
    public async Task A_required_model_without_its_file_stops_the_start_and_an_optional_one_comes_later()
    {
        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => StartAsync());
        var service = await StartAsync(configure: static options => options.Start = ModelStartMode.Optional);
        Write("2");
        await LookUntilAsync(service, static status => status.ReadyVersion == 1);

        Assert.That(exception!.Message, Does.Contain(Slope).And.Contain("The path is set by MlOps:Models:line:File.").And.Contain("MlOps:Models:line:Start"));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_lazy_model_is_loaded_from_its_file_when_it_is_needed()
    {
        var service = await StartAsync("2", configure: static options => options.Start = ModelStartMode.Lazy);

        Assert.That((await service.Model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task Only_copies_that_are_loaded_stay_in_the_cache()
    {
        var service = await StartAsync("2");
        foreach (var slope in new[] { "3", "4" })
        {
            Write(slope);
            await service.Model.ReloadAsync();
            await service.WaitForDisposalsAsync(live: 1);
        }

        await StartAsync();
        var kept = Directory.GetDirectories(Path.Combine(Folder.Path, "cache", "line"));
        Assert.That(kept.Select(static path => Path.GetFileName(path)[..2]), Is.EqualTo(["1-"]));
    }

    [Test]
    public async Task A_link_to_a_file_is_followed()
    {
        Write("2");
        var link = Path.Combine(Folder.Path, "current.txt");
        File.CreateSymbolicLink(link, Slope);
        var folder = Directory.CreateDirectory(Path.Combine(Folder.Path, "linked")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "slope.txt"), link);

        var service = await StartAsync(file: folder);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_folder_that_contains_the_cache_is_rejected()
    {
        Write("2");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => StartAsync(file: Folder.Path));

        Assert.That(exception!.Message, Does.Contain("contains the cache folder").And.Contain("MlOps:Models:line:File"));
    }

    [Test]
    public async Task Another_version_of_a_file_cannot_be_named()
    {
        var service = await StartAsync("2");

        var exception = Assert.Throws<InvalidOperationException>(() => service.Model.At("1"));

        Assert.That(exception.Message, Does.Contain("'line' is served from").And.Contain(Slope));
    }

    [Test]
    public async Task A_model_added_at_run_time_may_be_served_from_a_file()
    {
        Write("2");
        var service = CreateService(build: static _ => { });

        var model = await service.Services.GetRequiredService<IServedModels>().AddAsync<Point, Answer>("line", options => options.File = Slope);

        Assert.That(model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [TestCase("slope.txt", "no file has the extension of a known format")]
    [TestCase("slope.onnx", null)]
    [TestCase("slope.ZIP", null)]
    public async Task The_format_comes_from_the_extension_and_is_an_error_if_it_is_not_clear(string file, string? fault)
    {
        Write("2", file);
        var model = CreateWithLoaders(new NamedLoader("onnx"), new NamedLoader("mlnet"), Path.Combine(Source, file));
        await using var _ = model.Services;

        if (fault is null)
        {
            await model.Model.ReloadAsync();
            Assert.That(model.Model.Status.ReadyVersion, Is.EqualTo(1));
        }
        else
        {
            var exception = await Assert.ThrowsAsync<ModelCheckException>(() => model.Model.ReloadAsync());
            Assert.That(exception!.Message, Does.Contain(fault).And.Contain("Loaders are registered for 'onnx', 'mlnet'. Set MlOps:Models:line:Format"));
        }
    }

    [Test]
    public async Task The_setting_Format_takes_precedence()
    {
        Write("2");
        var model = CreateWithLoaders(new NamedLoader("onnx"), new NamedLoader("mlnet"), Slope, static options => options.Format = "MLNET");
        await using var _ = model.Services;

        await model.Model.ReloadAsync();

        Assert.That(model.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_format_that_no_loader_reads_names_the_call_that_adds_the_loader()
    {
        Write("2", "model.onnx");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => StartAsync(file: Path.Combine(Source, "model.onnx")));

        Assert.That(exception!.Message, Does.Contain("no loader supports its format 'onnx'").And.Contain("AddOnnxModels()"));
    }

    [TestCase("Models:line:Model", "iris", "MlOps:Models:line:File is 'line.txt', but MlOps:Models:line:Model is set too.")]
    [TestCase("Models:line:Alias", "canary", "MlOps:Models:line:File is 'line.txt', but MlOps:Models:line:Alias is set too.")]
    [TestCase("Models:line:Version", "2", "MlOps:Models:line:File is 'line.txt', but MlOps:Models:line:Version is set too.")]
    [TestCase("Models:line:File", "s3://models/line.txt", "MlOps:Models:line:File is 's3://models/line.txt', which is an address, not the path of a file.")]
    [TestCase("Models:line:File", "~/line.txt", "'~' is not expanded")]
    [TestCase("Models:line:File", " ", "which is not the path of a file")]
    [TestCase("Models:line:Format", " ", "MlOps:Models:line:Format is ' '.")]
    public void Wrong_settings_are_faults_with_their_remedy(string key, string value, string message)
    {
        var service = CreateService(settings: key == "Models:line:File" ? [(key, value)] : [("Models:line:File", "line.txt"), (key, value)]);

        var exception = Assert.Throws<OptionsValidationException>(() => _ = service.Services.GetRequiredService<IOptions<MlOpsOptions>>().Value);

        Assert.That(exception.Failures.Single(), Does.Contain(message));
    }

    [Test]
    public void A_format_without_a_file_is_a_fault()
    {
        var service = CreateService(settings: ("Models:line:Format", "onnx"));

        var exception = Assert.Throws<OptionsValidationException>(() => _ = service.Services.GetRequiredService<IOptions<MlOpsOptions>>().Value);

        Assert.That(exception.Failures.Single(), Does.StartWith("MlOps:Models:line:Format is 'onnx'. Set it to the format of MlOps:Models:line:File"));
    }

    /// <summary>Advances the clock by one poll.</summary>
    private static Task LookAsync(Service service)
    {
        var before = service.Model.Status.Checked;
        return service.PollAsync(status => status.Checked > before);
    }

    /// <summary>Repeats polls until the expected effect is visible.</summary>
    private static Task LookUntilAsync(Service service, Func<ModelStatus, bool> until) => Until.IsTrueAsync(() => until(service.Model.Status), meanwhile: () =>
    {
        if (service.Model.Status.Versions.All(static version => version.State != ServedVersionState.Loading))
        {
            service.Clock.Advance(TimeSpan.FromSeconds(5));
        }
    });

    /// <summary>Writes the file of the model. Each write is one second later than the previous one.</summary>
    private void Write(string slope, string file = "slope.txt")
    {
        Directory.CreateDirectory(Source);
        var path = Path.Combine(Source, file);
        File.WriteAllText(path, slope);
        File.SetLastWriteTimeUtc(path, _written = _written.AddSeconds(1));
    }

    private Service Create(string? file = null, Action<ServedModelOptions>? configure = null) => CreateService(options =>
    {
        options.File = file ?? Slope;
        configure?.Invoke(options);
    });

    private async Task<Service> StartAsync(string? slope = null, string? file = null, Action<ServedModelOptions>? configure = null)
    {
        if (slope is not null)
        {
            Write(slope);
        }

        Store.IsUnplugged = true;
        var service = Create(file, configure);
        await service.StartAsync();
        return service;
    }

    private (ServiceProvider Services, IModel Model) CreateWithLoaders(
        IModelLoader one, IModelLoader other, string file, Action<ServedModelOptions>? configure = null)
    {
        var settings = new Dictionary<string, string?> { ["MlOps:Serving:CacheFolder"] = Path.Combine(Folder.Path, "cache") };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton(one).AddSingleton(other);
        services.AddMlOps(configuration).AddModel<Point, Answer>("line", options =>
        {
            options.File = file;
            configure?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        return (provider, provider.GetRequiredService<IModel>());
    }

    /// <summary>Loads lines under the name of another format.</summary>
    private sealed class NamedLoader(string format) : IModelLoader
    {
        public string Format => format;

        public Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default) =>
            Task.FromResult<ILoadedModel>(new LoadedLine(source, 2));
    }
}
