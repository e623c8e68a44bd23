namespace MlOps.Tracking;

/// <summary>Tests of runs that are resumed from an earlier step.</summary>
public sealed class RunRewindTests : TrackingFixture
{
    [Test]
    public async Task Points_after_the_last_step_are_discarded()
    {
        var ended = await RecordAsync("rewound", static run =>
        {
            for (var step = 0; step < 10; step++)
            {
                run.LogMetric("loss", 10 - step, step);
            }

            run.LogMetric("once", 7);
        });

        await using (var run = await CreateLaboratory().Tracker.ResumeRunAsync(ended.Id, lastStep: 4))
        {
            Assert.That((run.Info.Metrics["loss"], run.Info.MetricSummaries["loss"].Minimum, run.Info.Metrics["once"]), Is.EqualTo((6.0, (double?)6.0, 7.0)));
            run.LogMetric("loss", 100, 5);
            await run.EndAsync();
        }

        var found = (await Tracker.FindRunAsync(ended.Id))!;
        Assert.That(
            (found.Metrics["loss"], found.MetricSummaries["loss"].LastStep, found.MetricSummaries["loss"].Maximum),
            Is.EqualTo((100.0, (long?)5, (double?)100)));
        Assert.That(await StepsAsync(found), Is.EqualTo(new long?[] { 0, 1, 2, 3, 4, 5 }));
        Assert.That(await CreateLaboratory().SearchAsync("metrics.loss = 100"), Is.EqualTo(new[] { "rewound" }));
    }

    [Test]
    public async Task Only_points_of_the_stopped_process_are_discarded()
    {
        var died = await Tracker.StartRunAsync("iris", "died");
        for (var step = 0; step < 6; step++)
        {
            died.LogMetric("loss", step, step);
        }

        await died.FlushAsync();
        Lab.Store.IsUnplugged = true;
        Clock.Advance(TimeSpan.FromMinutes(5));
        var other = CreateLaboratory();
        await using (var run = await other.Tracker.ResumeRunAsync(died.Info.Id, lastStep: 2))
        {
            run.LogMetric("loss", 30, 3);
            run.LogMetric("loss", 40, 4);
            await run.EndAsync();
        }

        await using (var again = await CreateLaboratory().Tracker.ResumeRunAsync(died.Info.Id, lastStep: 3))
        {
            await again.EndAsync();
        }

        Assert.That(await StepsAsync((await other.Tracker.FindRunAsync(died.Info.Id))!), Is.EqualTo(new long?[] { 0, 1, 2, 3 }));
        Assert.That((await other.Tracker.FindRunAsync(died.Info.Id))!.Metrics["loss"], Is.EqualTo(30));
    }

    [Test]
    public async Task An_interrupted_run_has_the_metrics_that_were_delivered_after_its_last_heartbeat()
    {
        var died = await Tracker.StartRunAsync("iris", "died");
        died.LogMetric("loss", 5, 1);
        await died.FlushAsync();
        Lab.Store.IsUnplugged = true;
        Clock.Advance(TimeSpan.FromMinutes(5));

        await using var run = await CreateLaboratory().Tracker.ResumeRunAsync(died.Info.Id);

        Assert.That(run.Info.Metrics["loss"], Is.EqualTo(5));
    }

    private static async Task<List<long?>> StepsAsync(Run run, Laboratory lab) =>
        await (await lab.Tracker.OpenRunAsync(run)).ReadMetricsAsync("loss").Select(static point => point.Step).ToListAsync();

    private Task<List<long?>> StepsAsync(Run run) => StepsAsync(run, CreateLaboratory());
}
