namespace MlOps.Tracking;

/// <summary>Tests of shared runs.</summary>
public sealed class SharedRunTests : TrackingFixture
{
    private static readonly RunStart s_start = new() { Name = "shared", IsShared = true };

    [Test]
    public async Task Any_process_appends_to_a_shared_run()
    {
        var (one, other) = (CreateLaboratory(), CreateLaboratory());
        await using var first = await one.Tracker.StartRunAsync("iris", s_start);
        await using (var second = await other.Tracker.ResumeRunAsync(first.Info.Id))
        {
            await second.LogParameterAsync("lr", 0.1);
            second.LogMetric("loss", 0.5, 2);
            second.LogMetric("loss", 0.25, 1);
        }

        first.LogMetric("loss", 0.75, 3);
        await first.FlushAsync();
        await first.LogTextAsync("note.txt", "text");

        foreach (var run in new[] { (await Tracker.FindRunAsync(first.Info.Id))!, await Tracker.SearchRunsAsync(new RunQuery()).SingleAsync() })
        {
            Assert.That(
                (run.Status, run.IsShared, run.Parameters["lr"], run.Metrics["loss"], run.ArtifactCount),
                Is.EqualTo((RunStatus.Running, true, "0.1", 0.75, 1)));
            Assert.That((run.MetricSummaries["loss"].Minimum, run.MetricSummaries["loss"].MinimumStep), Is.EqualTo(((double?)0.25, (long?)1)));
        }

        var points = await (await Tracker.OpenRunAsync(first.Info)).ReadMetricsAsync().Select(static point => point.Step).ToListAsync();
        Assert.That(points, Is.EquivalentTo(new long?[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_shared_run_is_in_progress_until_it_is_ended()
    {
        string id;
        await using (var run = await Tracker.StartRunAsync("iris", s_start))
        {
            id = run.Info.Id;
        }

        Clock.Advance(TimeSpan.FromDays(30));
        Assert.That((await CreateLaboratory().Tracker.FindRunAsync(id))!.Status, Is.EqualTo(RunStatus.Running));
        Assert.That(await CreateLaboratory().SearchAsync("status = 'running'"), Is.EqualTo(new[] { "shared" }));

        await using (var last = await CreateLaboratory().Tracker.ResumeRunAsync(id))
        {
            await last.EndAsync();
        }

        Assert.That((await Tracker.FindRunAsync(id))!.Status, Is.EqualTo(RunStatus.Finished));
        Assert.That(await CreateLaboratory().SearchAsync("status = 'finished'"), Is.EqualTo(new[] { "shared" }));
    }

    [Test]
    public async Task A_shared_run_that_another_process_ended_accepts_only_metrics()
    {
        await using var run = await Tracker.StartRunAsync("iris", s_start);
        run.LogMetric("loss", 1, 1);
        await using (var other = await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id))
        {
            await other.EndAsync();
        }

        await Assert.ThatAsync(() => run.LogParameterAsync("lr", 1), Throws.InvalidOperationException.With.Message.Contains("has ended"));
        await run.DisposeAsync();
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Metrics["loss"], Is.EqualTo(1));
    }

    [Test]
    public async Task Spooled_files_of_another_writer_are_kept()
    {
        var lab = CreateLaboratory(("Metrics:ShutdownTimeout", "00:00:00"));
        var run = await lab.Tracker.StartRunAsync("iris", s_start);
        var other = await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id);
        run.LogMetric("loss", 1, 1);
        lab.Store.IsUnplugged = true;
        await run.DisposeAsync();
        other.LogMetric("auc", 1, 1);
        await other.DisposeAsync();

        await (await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id)).DisposeAsync();

        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Metrics.Keys, Is.EquivalentTo(new[] { "auc", "loss" }));
        Assert.That(
            await (await Tracker.OpenRunAsync(run.Info)).ReadMetricsAsync().Select(static point => point.Series.Name).ToListAsync(),
            Is.EquivalentTo(new[] { "auc", "loss" }));
    }

    [Test]
    public async Task Two_processes_can_end_a_shared_run()
    {
        await using var run = await Tracker.StartRunAsync("iris", s_start);
        await using var other = await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id);
        await run.EndAsync();

        await other.EndAsync(RunStatus.Failed);

        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public async Task The_same_metrics_are_recorded_once()
    {
        await using var run = await Tracker.StartRunAsync("iris", s_start);
        run.LogMetric("loss", 1, 1);
        await run.FlushAsync();
        await run.FlushAsync();

        Assert.That(
            await Tracker.ReadHistoryAsync(run.Info.Id).Cast<RunEvent>().Select(static entry => entry.Kind).ToListAsync(),
            Is.EqualTo(new[] { RunEventKind.Started, RunEventKind.Measured }));
    }

    [Test]
    public async Task Steps_of_a_shared_run_cannot_be_discarded()
    {
        await using var run = await Tracker.StartRunAsync("iris", s_start);

        await Assert.ThatAsync(() => Tracker.ResumeRunAsync(run.Info.Id, 3), Throws.ArgumentException.With.Message.Contains("is shared"));
        await run.EndAsync();
        await Assert.ThatAsync(() => Tracker.ResumeRunAsync(run.Info.Id, 3), Throws.ArgumentException.With.Message.Contains("is shared"));
    }

    [Test]
    public async Task Concurrent_processes_append_without_loss()
    {
        await using var run = await Tracker.StartRunAsync("iris", s_start);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
        {
            await using var handle = await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id);
            for (var step = 0; step < 5; step++)
            {
                await handle.LogParameterAsync($"p{number}.{step}", step);
                handle.LogMetric($"m{number}", step, step);
            }
        })));

        var found = await Tracker.SearchRunsAsync(new RunQuery()).SingleAsync();
        Assert.That((found.Parameters.Count, found.Metrics.Count), Is.EqualTo((40, 8)));
        Assert.That(await (await Tracker.OpenRunAsync(found)).ReadMetricsAsync().CountAsync(), Is.EqualTo(40));
    }
}
