using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Tracking;

/// <summary>Tests of runs that are in progress when their process stops.</summary>
public sealed class RunShutdownTests : TrackingFixture
{
    private const int Points = 60_000;

    [Test]
    public async Task Disposing_the_container_delivers_and_interrupts_an_open_run([Values] bool isAsync)
    {
        var services = new ServiceCollection().AddMlOps().AddArtifactStore("Mine", _ => Store).Services
            .Configure<MlOpsOptions>(static options => options.Storage.Provider = "Mine")
            .Configure<TrackingOptions>(static options => options.CaptureGit = false);
        var provider = services.BuildServiceProvider();
        var run = await provider.GetRequiredService<IExperimentTracker>().StartRunAsync("iris", "open");
        Record(run);

        if (isAsync)
        {
            await provider.DisposeAsync();
        }
        else
        {
            await Task.Run(provider.Dispose);
        }

        await AssertInterruptedAsync(run.Info.Id);
    }

    [Test]
    public async Task Stopping_the_host_delivers_and_interrupts_an_open_run()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMlOps().AddArtifactStore("Mine", _ => Store).Services
            .Configure<MlOpsOptions>(static options => options.Storage.Provider = "Mine")
            .Configure<TrackingOptions>(static options => options.CaptureGit = false);
        using var host = builder.Build();
        await host.StartAsync();
        var run = await host.Services.GetRequiredService<IExperimentTracker>().StartRunAsync("iris", "open");
        Record(run);

        await host.StopAsync();

        await AssertInterruptedAsync(run.Info.Id);
        Assert.That(() => run.LogMetric("loss", 1), Throws.InvalidOperationException.With.Message.Contains("has ended"));
        await run.EndAsync();
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Interrupted));
    }

    [Test]
    public async Task A_run_that_a_hosted_service_ends_when_it_stops_is_not_interrupted()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMlOps().AddArtifactStore("Mine", _ => Store).Services
            .Configure<MlOpsOptions>(static options => options.Storage.Provider = "Mine")
            .Configure<TrackingOptions>(static options => options.CaptureGit = false);
        builder.Services.AddSingleton<EndingService>().AddHostedService(static services => services.GetRequiredService<EndingService>());
        using var host = builder.Build();
        await host.StartAsync();
        var id = host.Services.GetRequiredService<EndingService>().Id;

        await host.StopAsync();

        Assert.That((await Tracker.FindRunAsync(id))!.Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public async Task Undelivered_metrics_of_a_stopped_process_are_delivered_by_the_next_process()
    {
        var lab = CreateLaboratory(("Metrics:ShutdownTimeout", "00:00:00"));
        var run = await lab.Tracker.StartRunAsync("iris", "open");
        Record(run);
        lab.Store.IsUnplugged = true;
        await lab.DisposeAsync();

        Clock.Advance(TimeSpan.FromMinutes(5));
        await using (var resumed = await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id))
        {
            await resumed.EndAsync();
        }

        var found = (await Tracker.FindRunAsync(run.Info.Id))!;
        Assert.That(await (await Tracker.OpenRunAsync(found)).ReadMetricsAsync().CountAsync(), Is.EqualTo(Points));
        Assert.That(found.Metrics["loss"], Is.EqualTo(Points - 1));
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    [TestCase("HUP")]
    [Platform("Unix")]
    public async Task A_stop_signal_delivers_the_runs(string signal)
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "LocalDisk", ["MlOps:Storage:LocalDisk:Root"] = folder.Path };
        using var worker = await WorkerProcess.StartAsync(settings, "train-forever", "iris", Points.ToString(CultureInfo.InvariantCulture));
        worker.Release();
        var printed = (await worker.RequireLineAsync()).Split(' ');

        await SendAsync(signal, printed[1]);
        while (await worker.ReadLineAsync() is not null)
        {
        }

        await using var lab = new Laboratory(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path }), Clock, Folder.Path);
        var run = (await lab.Tracker.FindRunAsync(printed[0]))!;
        Assert.That(run.Status, Is.EqualTo(RunStatus.Interrupted));
        Assert.That(await (await lab.Tracker.OpenRunAsync(run)).ReadMetricsAsync().CountAsync(), Is.EqualTo(Points));
    }

    [Test]
    public async Task A_process_that_continues_after_a_signal_continues_its_run()
    {
        await using var run = await Tracker.StartRunAsync("iris", "goes on");
        run.LogMetric("loss", 1, 1);

        await Lab.Get<ActiveRuns>().SuspendAsync();
        Assert.That((await CreateLaboratory().Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Interrupted));

        run.LogMetric("loss", 2, 2);
        await run.LogParameterAsync("late", 1);
        Assert.That((await CreateLaboratory().Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Running));
        await run.EndAsync();

        var found = (await CreateLaboratory().Tracker.FindRunAsync(run.Info.Id))!;
        Assert.That((found.Status, found.Metrics["loss"], found.Parameters["late"]), Is.EqualTo((RunStatus.Finished, 2.0, "1")));
        Assert.That(await CreateLaboratory().SearchAsync("status = 'finished' and metrics.loss = 2"), Is.EqualTo(new[] { "goes on" }));
    }

    [Test]
    public async Task Ending_a_run_after_a_failed_shutdown_throws()
    {
        var lab = CreateLaboratory(("Metrics:ShutdownTimeout", "00:00:00"));
        var run = await lab.Tracker.StartRunAsync("iris", "open");
        lab.Store.IsUnplugged = true;
        await lab.DisposeAsync();
        lab.Store.IsUnplugged = false;

        await Assert.ThatAsync(() => run.EndAsync(), Throws.InvalidOperationException.With.Message.Contains("treated as interrupted"));
        await run.DisposeAsync();
    }

    [Test]
    public async Task An_unhandled_exception_fails_the_run()
    {
        await using var run = await Tracker.StartRunAsync("iris", "fails");

        await Lab.Get<ActiveRuns>().SuspendAsync(new TimeoutException("late"));

        var found = (await CreateLaboratory().Tracker.FindRunAsync(run.Info.Id))!;
        Assert.That((found.Status, found.Failure!.Message), Is.EqualTo((RunStatus.Failed, "late")));
    }

    private static void Record(IRun run)
    {
        var loss = run.GetMetric("loss");
        for (var step = 0; step < Points; step++)
        {
            loss.Record(step, step);
        }
    }

    private static async Task SendAsync(string signal, string process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process]);
        await kill.WaitForExitAsync();
    }

    private async Task AssertInterruptedAsync(string id)
    {
        var found = (await Tracker.FindRunAsync(id))!;
        Assert.That((found.Status, found.Metrics["loss"]), Is.EqualTo((RunStatus.Interrupted, Points - 1.0)));
        Assert.That(await (await Tracker.OpenRunAsync(found)).ReadMetricsAsync().CountAsync(), Is.EqualTo(Points));
        Assert.That(await Lab.SearchAsync("status = 'interrupted'"), Is.EqualTo(new[] { "open" }));
    }

    /// <summary>A hosted service that ends its run when it stops.</summary>
    private sealed class EndingService(IExperimentTracker tracker) : IHostedService
    {
        private IRun? _run;

        public string Id => _run!.Info.Id;

        public async Task StartAsync(CancellationToken cancellationToken) => _run = await tracker.StartRunAsync(
            "iris", "service", cancellationToken: cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => _run!.EndAsync(cancellationToken: cancellationToken);
    }
}
