using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Testing;
using MlOps.Validation;

namespace MlOps.Serving;

public sealed class ModelStartModeTests : ServingFixture
{
    [Test]
    public async Task A_required_model_that_is_not_registered_stops_the_start_with_the_reason_and_the_setting()
    {
        var service = CreateService();

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("There is no model 'line'").And.Contain("MlOps:Models:line:Start"));
    }

    [Test]
    public async Task A_required_model_does_not_start_without_the_store_even_if_it_is_in_the_local_cache()
    {
        await StartServiceAsync();
        Store.IsUnplugged = true;

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(CreateService().StartAsync);

        Assert.That(exception!.Message, Does.Contain("The store is unplugged"));
    }

    [Test]
    public async Task All_failed_required_models_are_reported_together()
    {
        var service = CreateService(build: static builder => builder.AddModel<Point, Answer>("one").AddModel<Point, Answer>("two"));

        var exception = await Assert.ThrowsAsync<AggregateException>(service.StartAsync);

        Assert.That(exception!.InnerExceptions.Select(static inner => inner.Message), Has.Exactly(1).Contains("'one'").And.Exactly(1).Contains("'two'"));
    }

    [Test]
    public async Task An_optional_model_starts_from_the_local_cache_when_the_store_is_unavailable()
    {
        await StartServiceAsync();
        Store.IsUnplugged = true;
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);

        await service.StartAsync();

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(service.Model.Status.IsFromCache, Is.True);
        Assert.That(service.Logs.GetSnapshot().Any(static log => log.Id.Id == 603), Is.True);
        var health = await service.CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(health.Entries["mlops-models"].Description, Does.Contain("from the local cache").And.Contain("unplugged"));
    }

    [Test]
    public async Task A_version_whose_alias_was_removed_is_not_restored_from_the_cache()
    {
        var first = await StartServiceAsync();
        await MlOps.Registry.ModelAliasExtensions.RemoveAliasAsync(first.Registry, "line", "production");
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);

        await service.StartAsync();

        Assert.Throws<ModelNotReadyException>(() => service.Model.Predict(new Point()));
        Assert.That(service.Model.Status.IsFromCache, Is.False);
    }

    [Test]
    public async Task A_version_served_under_another_alias_is_not_started_from_the_cache()
    {
        await StartServiceAsync();
        Store.IsUnplugged = true;
        var service = CreateService(static options =>
        {
            options.Start = ModelStartMode.Optional;
            options.Alias = "canary";
        });

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.Null);
    }

    [Test]
    public async Task A_lazy_model_is_served_from_the_cache_while_the_store_is_unavailable()
    {
        await StartServiceAsync();
        Store.IsUnplugged = true;
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);

        Assert.That((await service.Model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2));

        Assert.That(service.Model.Status.IsFromCache, Is.True);
    }

    [Test]
    public async Task The_host_starts_after_any_failure_of_an_optional_model()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);
        await service.PromoteAsync("2");
        service.Loader.Before = static _ => throw new BadImageFormatException("The native library is for another processor.");

        await service.StartAsync();

        Assert.That(service.Model.Status.Error, Does.Contain("native library"));
    }

    [Test]
    public async Task Any_failure_of_a_required_model_is_reported_with_its_name()
    {
        var service = CreateService();
        await service.PromoteAsync("2");
        service.Loader.Before = static _ => throw new BadImageFormatException("The native library is for another processor.");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("'line'").And.Contain("native library"));
    }

    [Test]
    public async Task The_registry_version_replaces_the_cached_one_when_the_store_is_back()
    {
        await StartServiceAsync();
        Store.IsUnplugged = true;
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);
        await service.StartAsync();
        Store.IsUnplugged = false;
        await service.PromoteAsync("3");

        await service.PollAsync(static status => status.ReadyVersion == 2);

        Assert.That(service.Model.Status.IsFromCache, Is.False);
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_cache_that_was_damaged_is_not_started_from()
    {
        await StartServiceAsync();
        await File.WriteAllTextAsync(Directory.GetFiles(Folder.Path, "slope.txt", SearchOption.AllDirectories).Single(), "7");
        Store.IsUnplugged = true;
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);

        await service.StartAsync();

        Assert.Throws<ModelNotReadyException>(() => service.Model.Predict(new Point()));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task A_missing_optional_model_is_loaded_when_it_appears()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);
        await service.StartAsync();
        await service.PromoteAsync("2");

        await service.PollAsync(static status => status.ReadyVersion == 1);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task Without_a_host_a_prediction_that_waits_loads_the_model()
    {
        var service = CreateService();
        await service.PromoteAsync("2");

        Assert.That((await service.Model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task Concurrent_callers_share_one_load_of_a_lazy_model()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.PromoteAsync("2");
        await service.StartAsync();
        Assert.That(service.Loader.Loads, Is.Zero);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(x => Task.Run(() => service.Model.PredictAsync(new Point { X = x }))));

        Assert.That(answers.Select(static answer => answer.Output.Y), Is.EqualTo(Enumerable.Range(0, 100).Select(static x => 2f * x)));
        Assert.That(service.Loader.Loads, Is.EqualTo(1));
    }

    [Test]
    public async Task Canceling_one_caller_does_not_stop_the_load_for_others()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.PromoteAsync("2");
        var gate = new TestGate();
        service.Loader.Before = _ => gate.PassAsync(CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var first = service.Model.PredictAsync(new Point { X = 1 }, cancellation.Token);
        await gate.Reached;
        var second = service.Model.PredictAsync(new Point { X = 1 });

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        Assert.That(service.ToString(), Is.EqualTo("1 Loading"));
        gate.Open();
        Assert.That((await second).Output.Y, Is.EqualTo(2));
        Assert.That(service.Loader.Loads, Is.EqualTo(1));
    }

    [Test]
    public async Task A_synchronous_prediction_of_a_lazy_model_throws_and_starts_the_load()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.PromoteAsync("2");

        var exception = Assert.Throws<ModelNotReadyException>(() => service.Model.Predict(new Point()));

        Assert.That(exception.Message, Does.Contain("'line'").And.Contain("PredictAsync"));
        await service.WaitAsync(static status => status.ReadyVersion == 1);
    }

    [Test]
    public async Task A_lazy_model_that_cannot_be_loaded_is_not_loaded_again_for_every_caller()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.PromoteAsync("broken");

        for (var call = 0; call < 10; call++)
        {
            var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => service.Model.PredictAsync(new Point()));
            Assert.That(exception!.Message, Does.Contain("no slope"));
        }

        Assert.That(service.Loader.Loads, Is.EqualTo(1));
    }

    [Test]
    public async Task An_unused_lazy_model_is_healthy()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.StartAsync();

        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [TestCase(3)]
    [TestCase(100)]
    public async Task Predictors_are_made_and_used_before_the_model_answers(int count)
    {
        var service = await StartServiceAsync(options => options.Predictors = count);

        var made = service.Loader.Models[0].Predictors;
        service.Model.Predict(new Point());

        Assert.That(made, Is.EqualTo(count + 2), "Some for the callers, and two for the warm-up.");
        Assert.That(service.Loader.Models[0].Predictors, Is.EqualTo(made));
        Assert.That(service.Loader.Models[0].LivePredictors, Is.EqualTo(count));
    }

    [Test]
    public void All_invalid_settings_are_reported_together_with_their_paths()
    {
        var service = CreateService(settings:
        [
            ("Models:line:PollInterval", "00:00:00.001"), ("Models:line:MaxBatchSize", "0"), ("Models:line:Version", "0"), ("Models:line:MemoryBudget", "-1"),
                ("Serving:MemoryBudget", "0"),
        ]);

        var exception = Assert.Throws<OptionsValidationException>(() => _ = service.Services.GetRequiredService<IOptions<MlOpsOptions>>().Value);

        Assert.That(
            exception.Failures.Select(static failure => failure.Split(' ')[0]),
            Is.EquivalentTo(
                ["MlOps:Models:line:PollInterval", "MlOps:Models:line:MaxBatchSize", "MlOps:Models:line:Version", "MlOps:Models:line:MemoryBudget",
                "MlOps:Serving:MemoryBudget"]));
    }

    [Test]
    public async Task Settings_select_the_model_the_version_and_the_input_policy()
    {
        var service = CreateService(
            build: static builder => builder.AddModel<Point, Answer>("risk"),
            settings: [("Models:risk:Model", "line"), ("Models:risk:Alias", "canary"), ("Models:risk:OnInvalidInput", "Warn"),
                ("Models:risk:OnInvalidFeature:x", "Clamp")]);
        await service.PromoteAsync("2");
        var canary = await service.RegisterAsync("3");
        await MlOps.Registry.ModelAliasExtensions.SetAliasAsync(service.Registry, "line", "canary", canary.Number);

        await service.StartAsync();

        Assert.That(service.Model.Predict(new Point { X = 4711 }).Output.Y, Is.EqualTo(300));
    }

    [Test]
    public async Task An_unvalidated_input_is_logged_unless_only_the_schema_file_names_it()
    {
        var service = CreateService();
        using var folder = new TemporaryFolder();
        var (slope, schema) = (Path.Combine(folder.Path, "slope.txt"), Path.Combine(folder.Path, InputSchema.FileName));
        await File.WriteAllTextAsync(slope, "2");
        await File.WriteAllTextAsync(schema, new InputSchema([new() { Name = "label", Type = FeatureType.Float32 }]).ToJson());
        var signature = new ModelSignature
        {
            Inputs = [.. Line.Signature.Inputs, new() { Name = "weight", Type = FeatureType.Float32, Shape = [null] }],
            Outputs = Line.Signature.Outputs
        };
        await service.Registry.RegisterAsync("line", new ModelRegistration { Format = "line", Files = [slope, schema], Signature = signature });
        await service.Registry.SetAliasAsync("line", "production", 1);

        await service.StartAsync();

        var warning = service.Logs.GetSnapshot().Single(static record => record.Id == 612);
        Assert.That(warning.Message, Does.StartWith("These inputs of version 1 of the model 'line' are not validated: weight. Point has no property"));
    }
}
