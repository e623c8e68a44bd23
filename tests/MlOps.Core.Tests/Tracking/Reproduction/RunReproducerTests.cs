using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Tracking;

public sealed class RunReproducerTests : TrackingFixture
{
    private IRunReproducer Reproducer => Lab.Get<IRunReproducer>();

    private IDatasetStore Datasets => Lab.Get<IDatasetStore>();

    [Test]
    public async Task A_training_with_the_recorded_inputs_is_reproduced()
    {
        var recorded = await TrainAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await Reproducer.ReproduceAsync(recorded.Id, RepeatAsync);

        Assert.That(report.Agrees, report.ToString());
        Assert.That(ToTuples(report), Is.EqualTo(new (string, double?, double?, bool)[] { ("auc", 31.5, 31.5, true), ("loss", double.NaN, double.NaN, true) }));
        Assert.That(report.Differences, Is.Empty);
        var again = (await Tracker.FindRunAsync(report.Reproduced.Id))!;
        Assert.That(
            (again.Experiment, again.Name, again.Seed, again.Status, again.Tags["mlops.reproduces"]),
            Is.EqualTo(("iris", "first again", 7, RunStatus.Finished, recorded.Id)));
        Assert.That((again.Parameters["trees"], again.Datasets.Single().Version), Is.EqualTo(("20", (int?)1)));
    }

    [Test]
    public async Task The_recorded_version_of_a_dataset_is_used_and_a_newer_version_is_reported()
    {
        var recorded = await TrainAsync();
        await Datasets.SnapshotAsync("flowers", Write("5.1\n6.2\n7.3\n"));

        var report = await Reproducer.ReproduceAsync(recorded.Id, RepeatAsync);

        Assert.That(report.Agrees, report.ToString());
        Assert.That(
            report.Differences.Single().ToString(),
            Is.EqualTo("Newer data flowers: recorded version 1, current version 2. Remedy: datasets.OpenAsync(new DatasetReference(\"flowers\", 1))"));
    }

    [Test]
    public async Task Metrics_that_do_not_agree_are_reported_with_both_values()
    {
        var recorded = await TrainAsync();

        var report = await Reproducer.ReproduceAsync(recorded.Id, static (training, _) =>
        {
            training.Run.LogMetric("auc", 31.6);
            training.Run.LogMetric("f1", 0.5);
            training.Run.LogMetric("system/cpu", 12);
            return Task.CompletedTask;
        });

        Assert.That(report.Agrees, Is.False);
        Assert.That(
            ToTuples(report),
            Is.EqualTo(new (string, double?, double?, bool)[] { ("auc", 31.5, 31.6, false), ("f1", null, 0.5, false), ("loss", double.NaN, null, false) }));
    }

    [Test]
    public async Task Tolerances_apply_to_all_metrics_or_to_single_metrics()
    {
        var recorded = await TrainAsync();
        Task Train(RecordedTraining training, CancellationToken token)
        {
            training.Run.LogMetric("auc", 31.6);
            training.Run.LogMetric("loss", 1);
            return Task.CompletedTask;
        }

        var strict = await Reproducer.ReproduceAsync(
            recorded.Id, Train, new ReproductionOptions { Tolerance = new(0.1), Tolerances = new Dictionary<string, MetricTolerance> { ["auc"] = new(1e-6) } });
        var loose = await Reproducer.ReproduceAsync(
            recorded.Id,
            Train,
            new ReproductionOptions { Tolerance = new(0.1), Tolerances = new Dictionary<string, MetricTolerance> { ["loss"] = MetricTolerance.Any } });

        Assert.That((strict.Metrics[0].Agrees, loose.Agrees), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Runs_without_metrics_cannot_be_compared()
    {
        var recorded = await RecordAsync("bare");

        var report = await Reproducer.ReproduceAsync(recorded.Id, static (_, _) => Task.CompletedTask);

        Assert.That((report.Agrees, report.ToString().Contains("neither run has metrics", StringComparison.Ordinal)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Given_parameters_and_seed_are_compared_and_sorted_by_significance()
    {
        var recorded = await TrainAsync();
        await Datasets.SnapshotAsync("flowers", Write("5.1\n"));

        var differences = await Reproducer.CheckAsync(recorded.Id, new Dictionary<string, string> { ["trees"] = "40", ["bias"] = "0.5" }, seed: 8);

        Assert.That(differences.Select(static difference => difference.ToString()), Is.EqualTo([
            "Parameter trees: recorded 20, current 40. Remedy: Use trees = 20.",
            "Seed: recorded 7, current 8. Remedy: Use the seed 7.",
            "Newer data flowers: recorded version 1, current version 2. Remedy: datasets.OpenAsync(new DatasetReference(\"flowers\", 1))"]));
        Assert.That(await Reproducer.CheckAsync(recorded.Id, recorded.Parameters, recorded.Seed), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_missing_dataset_is_named_and_the_training_is_not_started()
    {
        var recorded = await TrainAsync();
        await Datasets.DeleteVersionAsync(new DatasetReference("flowers", 1));

        var thrown = (await Assert.ThrowsAsync<InvalidOperationException>(() => Reproducer.ReproduceAsync(recorded.Id, RepeatAsync)))!;

        Assert.That(
            thrown.Message, Does.Contain("one of its datasets is missing or has changed").And.Contain("flowers").And.Contain("The version was deleted"));
        Assert.That(await Tracker.SearchRunsAsync(new RunQuery()).CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_of_a_different_store_with_the_same_number_is_rejected()
    {
        await Datasets.SnapshotAsync("flowers", Write("9.9\n"));
        var used = new RunDataset { Name = "flowers", Version = 1, Digest = new string('0', 64) };
        var recorded = await RecordAsync("first", null, new RunChange { Datasets = [used] });

        Assert.That((await Reproducer.CheckAsync(recorded.Id)).Single().Remedy, Does.Contain("a different store"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Reproducer.ReproduceAsync(recorded.Id, RepeatAsync));
    }

    [Test]
    public async Task A_dataset_outside_the_store_is_reported_and_does_not_prevent_the_training()
    {
        var recorded = await RecordAsync(
            "first", static run => run.LogMetric("auc", 1), new RunChange { Datasets = [new RunDataset { Name = "mnist", Digest = "abc" }] });

        var report = await Reproducer.ReproduceAsync(recorded.Id, static (training, _) =>
        {
            training.Run.LogMetric("auc", 1);
            Assert.That(
                Assert.Throws<ArgumentException>(() => training.GetData("mnist"))!.Message, Does.Contain("used no dataset 'mnist' that is in the store"));
            return Task.CompletedTask;
        });

        Assert.That((report.Agrees, report.Differences.Single().Kind), Is.EqualTo((true, RunDifferenceKind.Data)));
    }

    [Test]
    public async Task A_failing_training_fails_the_run_and_rethrows_the_exception()
    {
        var recorded = await TrainAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => Reproducer.ReproduceAsync(recorded.Id, static (_, _) => throw new InvalidDataException()));

        Assert.That(await Lab.SearchAsync($"tags.`mlops.reproduces` = '{recorded.Id}' and attributes.status = 'failed'"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_missing_run_throws()
    {
        await Assert.ThrowsAsync<RunNotFoundException>(() => Reproducer.CheckAsync(new string('0', 32)));
        await Assert.ThrowsAsync<RunNotFoundException>(() => Reproducer.ReproduceAsync(new string('0', 32), RepeatAsync));
    }

    [Test]
    public async Task A_parameter_that_was_not_recorded_is_reported_with_the_recorded_names()
    {
        var recorded = await TrainAsync();

        await Reproducer.ReproduceAsync(recorded.Id, static (training, _) =>
        {
            Assert.That(
                Assert.Throws<ArgumentException>(() => training.GetParameter<int>("depth"))!.Message,
                Does.Contain("no parameter 'depth'").And.Contain("'bias', 'trees'"));
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task The_report_as_text_lists_the_metrics_and_the_differences()
    {
        var recorded = await TrainAsync();
        await Datasets.SnapshotAsync("flowers", Write("5.1\n"));
        var report = await Reproducer.ReproduceAsync(recorded.Id, static (training, _) =>
        {
            training.Run.LogMetric("auc", 31.6);
            training.Run.LogMetric("loss", double.NaN);
            return Task.CompletedTask;
        });

        Assert.That(report.ToString(), Is.EqualTo(
            $"""
             Run {recorded.Id} 'first' was NOT reproduced by run {report.Reproduced.Id}: 1 of 2 metrics agree.
             Metrics:
               auc: recorded 31.5, reproduced 31.6 (does not agree)
               loss: recorded NaN, reproduced NaN
             One difference was found before the training:
               Newer data flowers: recorded version 1, current version 2. Remedy: datasets.OpenAsync(new DatasetReference("flowers", 1))

             """));
        Assert.That(
            report.ToMarkdown(),
            Does.StartWith("# Reproduction of first\n\nRun ")
                .And.Contain("| Metric | Recorded | Reproduced | Agrees |\n")
                .And.Contain("| auc | 31.5 | 31.6 | **no** |\n| loss | NaN | NaN | yes |\n"));
    }

    private static IEnumerable<(string Metric, double? Recorded, double? Reproduced, bool Agrees)> ToTuples(ReproductionReport report) =>
        report.Metrics.Select(static metric => (metric.Metric, metric.Recorded, metric.Reproduced, metric.Agrees));

    /// <summary>Records a run whose metric depends on its data, parameters and seed.</summary>
    private async Task<Run> TrainAsync()
    {
        var version = await Datasets.SnapshotAsync("flowers", Write("5.1\n6.2\n"));
        var start = new RunStart
        {
            Name = "first",
            Seed = 7,
            Parameters = new Dictionary<string, string> { ["trees"] = "20", ["bias"] = "0.5" },
            Datasets = [RunDataset.Of(version, "training")],
        };
        return await Tracker.RunAsync("iris", start, (run, _) => LogAsync(run, 7, 20, 0.5, Path.Combine(Folder.Path, "flowers.csv")));
    }

    private static Task RepeatAsync(RecordedTraining training, CancellationToken cancellationToken) => LogAsync(
        training.Run,
        training.Seed,
        training.GetParameter<int>("trees"),
        training.GetParameter<double>("bias"),
        Path.Combine(training.GetData("flowers"), "flowers.csv"));

    private static Task LogAsync(IRun run, int seed, int trees, double bias, string file)
    {
        run.LogMetric("auc", seed + trees + bias + (2 * File.ReadLines(file).Count(static line => double.Parse(line, CultureInfo.InvariantCulture) > 0)));
        run.LogMetric("loss", double.NaN);
        run.LogMetric("system/memory", Random.Shared.NextDouble());
        return Task.CompletedTask;
    }

    private string Write(string text)
    {
        var file = Path.Combine(Folder.Path, "flowers.csv");
        File.WriteAllText(file, text);
        return file;
    }
}
