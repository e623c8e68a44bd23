using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Tests that a version is served only after it predicted golden examples, or rows created from its schema.</summary>
public sealed class SmokeTestTests : ServingFixture
{
    [Test]
    public async Task A_version_whose_typed_path_always_fails_does_not_replace_a_good_one([Values] bool hasExample)
    {
        var service = await StartServiceAsync();
        service.Loader.After = static model => model.Middle = static () => throw new InvalidOperationException("no kernel");

        await service.PromoteAsync("3", examples: hasExample ? [Service.Example(1, 3)] : []);
        await service.WaitAsync(static status => status.Versions.Any(static version => version.State == ServedVersionState.Failed));

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(service.Model.Status.Error, Does.Contain("fails the smoke test").And.Contain("no kernel").And.Contain("MlOps:Models:line:WarmUpTime"));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(service.Logs.GetSnapshot().Single(static log => log.Level == LogLevel.Error).Exception, Is.TypeOf<ModelCheckException>());
        await service.WaitForDisposalsAsync(live: 1);
    }

    [Test]
    public async Task The_message_names_the_origin_of_the_failed_rows()
    {
        var service = await StartServiceAsync();
        service.Loader.After = static model => model.Middle = static () => throw new InvalidOperationException("no kernel");

        await service.PromoteAsync("3");
        var madeUp = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());
        await service.PromoteAsync("4", examples: Service.Example(1, 4));
        var golden = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(madeUp!.Message, Does.Contain("row created from its schema").And.Contain("register it with a golden example"));
        Assert.That(golden!.Message, Does.Contain("each of its golden examples"));
    }

    [Test]
    public async Task A_version_that_fails_some_golden_examples_is_served_with_a_warning()
    {
        var service = CreateService();
        await service.PromoteAsync("2", examples: [Service.Example(500, 1000), Service.Example(1, 2)]); // x is at most 100

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        var log = service.Logs.GetSnapshot().Single(static log => log.Id.Id == 613);
        Assert.That(log.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(log.Message, Does.Contain("1 of 2 golden examples"));
    }

    [Test]
    public async Task Golden_examples_that_the_schema_rejects_fail_the_smoke_test()
    {
        var service = CreateService();
        await service.PromoteAsync("2", examples: Service.Example(500, 1000));

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("was rejected").And.Contain("golden example"));
    }

    [Test]
    public async Task Without_a_warm_up_a_version_is_served_without_a_smoke_test()
    {
        var service = CreateService(static options => options.WarmUpTime = TimeSpan.Zero);
        service.Loader.After = static model => model.Middle = static () => throw new InvalidOperationException("no kernel");
        await service.PromoteAsync("2");

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        Assert.Throws<InvalidOperationException>(() => service.Model.Predict(new Point { X = 1 }));
    }

    [Test]
    public async Task A_path_that_fails_in_the_warm_up_is_a_warning_with_its_exception()
    {
        var service = CreateService();
        service.Loader.After = static model =>
        {
            var calls = 0;
            model.Middle = () =>
            {
                if (++calls > 1)
                {
                    throw new InvalidOperationException("the second call fails");
                }
            };
        };
        await service.PromoteAsync("2");

        await service.StartAsync();

        var log = service.Logs.GetSnapshot().First(static log => log.Id.Id == 610);
        Assert.That(log.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(log.Exception!.Message, Is.EqualTo("the second call fails"));
    }

    [Test]
    public async Task A_slow_model_runs_only_the_smoke_test_and_the_skipped_paths_are_logged()
    {
        var service = CreateService(static options =>
        {
            options.LoadTimeout = TimeSpan.FromSeconds(5);
            options.Predictors = 8;
        });
        var calls = 0;
        service.Loader.After = model => model.Middle = () =>
        {
            calls++;
            service.Clock.Advance(TimeSpan.FromMilliseconds(500));
        };
        await service.PromoteAsync("2");

        await service.StartAsync();

        Assert.That(calls, Is.LessThanOrEqualTo(2));
        var log = service.Logs.GetSnapshot().Single(static log => log.Id.Id == 614);
        Assert.That(log.Message, Does.Contain("an asynchronous prediction").And.Contain("a batch").And.Contain("500 ms"));
    }

    [Test]
    public async Task A_model_that_slows_down_ends_its_warm_up_in_time()
    {
        var service = CreateService(static options => options.WarmUpTime = TimeSpan.FromSeconds(2));
        var calls = 0;
        service.Loader.After = model => model.Middle = () =>
        {
            calls++;
            service.Clock.Advance(TimeSpan.FromMilliseconds(calls < 5 ? 1 : 900));
        };
        await service.PromoteAsync("2");
        var started = service.Clock.GetUtcNow();

        await service.StartAsync();

        Assert.That(service.Clock.GetUtcNow() - started, Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That(service.Logs.GetSnapshot().Single(static log => log.Id.Id == 614).Message, Does.Contain("The time budget of 2 s was used up"));
    }

    [Test]
    public async Task Shutdown_ends_a_warm_up()
    {
        var service = CreateService(static options => options.WarmUpTime = TimeSpan.FromHours(1));
        using var stop = new CancellationTokenSource();
        service.Loader.After = model => model.Middle = stop.Cancel;
        await service.PromoteAsync("2");

        Assert.That(() => service.Model.ReloadAsync(stop.Token), Throws.InstanceOf<OperationCanceledException>());

        await service.WaitForDisposalsAsync(live: 0);
        Assert.That(service.Loader.Models[0].Faults, Is.Zero);
    }

    [Test]
    public async Task Unmatched_members_are_listed_in_one_warning()
    {
        var service = CreateService();
        await service.PromoteAsync("2");

        await service.StartAsync();
        await service.PromoteAsync("3");
        await service.WaitAsync(static status => status.ReadyVersion == 2);

        var log = service.Logs.GetSnapshot().Single(static log => log.Id.Id == 615);
        Assert.That(log.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(log.Message, Does.Contain("property 'Color'").And.Not.Contain("'X'"));
    }

    [TestCase("""{ "name": "text", "type": "string", "minimumLength": 2000000000 }""")]
    [TestCase("""{ "name": "text", "type": "string", "pattern": "^(a+)+$", "minimumLength": 100000 }""")]
    public async Task A_schema_with_huge_rows_does_not_exhaust_memory_or_time(string feature)
    {
        var service = CreateService();
        using var folder = new TemporaryFolder();
        string[] files = [Path.Combine(folder.Path, "slope.txt"), Path.Combine(folder.Path, Validation.InputSchema.FileName)];
        await File.WriteAllTextAsync(files[0], "2");
        await File.WriteAllTextAsync(files[1], $$"""{ "format": 1, "features": [ {{feature.Replace("\"text\"", "\"color\"", StringComparison.Ordinal)}} ] }""");
        var version = await service.Registry.RegisterAsync("line", new ModelRegistration { Format = "line", Files = files, Signature = Line.Signature });
        await service.Registry.SetAliasAsync("line", "production", version.Number);

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }
}
