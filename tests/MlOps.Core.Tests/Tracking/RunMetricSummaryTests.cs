namespace MlOps.Tracking;

public sealed class RunMetricSummaryTests : TrackingFixture
{
    [Test]
    public async Task The_last_value_is_that_of_the_greatest_step()
    {
        var run = await RecordAsync("steps", static run =>
        {
            foreach (var step in new long[] { 1, 2, 10, 3 })
            {
                run.LogMetric("loss", step / 10.0, step);
            }
        });

        Assert.That(run.Metrics["loss"], Is.EqualTo(1.0));
        Assert.That((await Tracker.FindRunAsync(run.Id))!.Metrics["loss"], Is.EqualTo(1.0));
        Assert.That(await Lab.SearchAsync("metrics.loss = 1"), Is.EqualTo(new[] { "steps" }));
    }

    [Test]
    public async Task Values_without_a_step_precede_all_steps_and_the_later_of_two_is_used()
    {
        var run = await RecordAsync("none", static run =>
        {
            run.LogMetric("a", 1, 5);
            run.LogMetric("a", 2);
            run.LogMetric("b", 1);
            run.LogMetric("b", 2);
            run.LogMetric("c", 1, 3);
            run.LogMetric("c", 2, 3);
        });

        Assert.That(run.Metrics, Is.EquivalentTo(new Dictionary<string, double> { ["a"] = 1, ["b"] = 2, ["c"] = 2 }));
        Assert.That((run.MetricSummaries["a"].LastStep, run.MetricSummaries["b"].LastStep), Is.EqualTo(((long?)5, (long?)null)));
    }

    [Test]
    public async Task The_minimum_and_the_maximum_have_their_first_step()
    {
        var recorded = await RecordAsync("extremes", static run =>
        {
            var values = new[] { double.NaN, 0.5, 0.2, 0.9, 0.2, 0.9, double.NaN };
            for (var step = 0; step < values.Length; step++)
            {
                run.LogMetric("auc", values[step], step);
            }

            run.LogMetric("nan", double.NaN, 1);
        });

        var found = (await Tracker.FindRunAsync(recorded.Id))!;
        var searched = await CreateLaboratory().Tracker.SearchRunsAsync(new RunQuery()).SingleAsync();
        foreach (var run in new[] { recorded, found, searched })
        {
            var auc = run.MetricSummaries["auc"];
            Assert.That((auc.Minimum, auc.MinimumStep, auc.Maximum, auc.MaximumStep), Is.EqualTo(((double?)0.2, (long?)2, (double?)0.9, (long?)3)));
            Assert.That((auc.Last, auc.LastStep), Is.EqualTo((double.NaN, (long?)6)));
            Assert.That((run.MetricSummaries["nan"].Minimum, run.MetricSummaries["nan"].Maximum), Is.EqualTo(((double?)null, (double?)null)));
        }
    }

    [Test]
    public async Task Values_of_several_metrics_times_and_tags_are_recorded()
    {
        var time = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var run = await RecordAsync("several", run =>
        {
            run.LogMetrics(new Dictionary<string, double> { ["a"] = 1, ["b"] = 2 }, step: 7);
            run.LogMetric("imported", 3, 8, time);
            run.GetMetric("loss", tags: new Dictionary<string, string> { ["fold"] = "1", ["data"] = "test" }).Record(4, 9);
        });

        Assert.That(run.Metrics, Is.EquivalentTo(new Dictionary<string, double> { ["a"] = 1, ["b"] = 2, ["imported"] = 3, ["loss{data=test,fold=1}"] = 4 }));
        Assert.That(run.MetricSummaries["imported"].LastTime, Is.EqualTo(time));
        Assert.That(await Lab.SearchAsync("metrics.`loss{data=test,fold=1}` = 4"), Is.EqualTo(new[] { "several" }));
    }

    [Test]
    public async Task A_resumed_run_continues_its_summaries()
    {
        var ended = await RecordAsync("resumed", static run =>
        {
            run.LogMetric("loss", 0.1, 1);
            run.LogMetric("loss", 0.7, 2);
        });
        await using var run = await CreateLaboratory().Tracker.ResumeRunAsync(ended.Id);
        run.LogMetric("loss", 0.4, 3);
        run.LogMetric("loss", 0.9, 1);
        await run.EndAsync();

        var loss = (await Tracker.FindRunAsync(ended.Id))!.MetricSummaries["loss"];
        Assert.That(
            (loss.Last, loss.LastStep, loss.Minimum, loss.MinimumStep, loss.Maximum, loss.MaximumStep),
            Is.EqualTo((0.4, (long?)3, (double?)0.1, (long?)1, (double?)0.9, (long?)1)));
    }
}
