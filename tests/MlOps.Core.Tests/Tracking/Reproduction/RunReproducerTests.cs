using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Tracking;

public sealed class RunReproducerTests : TrackingFixture
{
    private IRunReproducer Reproducer => Lab.Get<IRunReproducer>();

    private IDatasetStore Datasets => Lab.Get<IDatasetStore>();

    [Test]
    public async Task A_training_with_what_was_recorded_comes_out_the_same()
    {
        var recorded = await TrainAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await Reproducer.ReproduceAsync(recorded.Id, RepeatAsync);

        Assert.That(report.Agrees, report.ToString());
        Assert.That(report.Metrics, Is.EqualTo([new MetricComparison("auc", 31.5, 31.5, true), new MetricComparison("loss", double.NaN, double.NaN, true)]));
        Assert.That(report.Differences, Is.Empty);
        var again = (await Tracker.FindRunAsync(report.Reproduced.Id))!;
        Assert.That((again.Experiment, again.Name, again.Seed, again.Status, again.Tags["mlops.reproduces"]), Is.EqualTo(("iris", "first again", 7, RunStatus.Finished, recorded.Id)));
        Assert.That((again.Parameters["trees"], again.Datasets.Single().Version), Is.EqualTo(("20", (int?)1)));
    }

    [Test]
    public async Task The_data_are_the_recorded_ones_also_if_there_are_newer_and_the_report_says_so()
    {
        var recorded = await TrainAsync();
        await Datasets.SnapshotAsync("flowers", Write("5.1\n6.2\n7.3\n"));

        var report = await Reproducer.ReproduceAsync(recorded.Id, RepeatAsync);

        Assert.That(report.Agrees, report.ToString());
        Assert.That(report.Differences.Single(), Is.EqualTo(new RunDifference(
            RunDifferenceKind.NewerData, "flowers", "version 1", "version 2", "datasets.OpenAsync(new DatasetReference(\"flowers\", 1))")));
    }

    [Test]
    public async Task Each_metric_that_does_not_agree_is_named_with_both_values()
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
        Assert.That(report.Metrics, Is.EqualTo([
            new MetricComparison("auc", 31.5, 31.6, false), new MetricComparison("f1", null, 0.5, false), new MetricComparison("loss", double.NaN, null, false)]));
    }

    [Test]
    public async Task Tolerances_are_of_all_metrics_and_of_single_ones()
    {
        var recorded = await TrainAsync();
        Task Train(RecordedTraining training, CancellationToken token)
        {
            training.Run.LogMetric("auc", 31.6);
            training.Run.LogMetric("loss", 1);
            return Task.CompletedTask;
        }

        var strict = await Reproducer.ReproduceAsync(recorded.Id, Train, new ReproductionOptions { Tolerance = new(0.1), Tolerances = new Dictionary<string, MetricTolerance> { ["auc"] = new(1e-6) } });
        var loose = await Reproducer.ReproduceAsync(recorded.Id, Train, new ReproductionOptions { Tolerance = new(0.1), Tolerances = new Dictionary<string, MetricTolerance> { ["loss"] = MetricTolerance.Any } });

        Assert.That((strict.Metrics[0].Agrees, loose.Agrees), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_run_without_metrics_is_not_reproduced_by_one_without()
    {
        var recorded = await RecordAsync("bare");

        var report = await Reproducer.ReproduceAsync(recorded.Id, static (_, _) => Task.CompletedTask);

        Assert.That((report.Agrees, report.ToString().Contains("neither run has metrics", StringComparison.Ordinal)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task What_the_caller_would_use_is_compared_what_weighs_most_first()
    {
        var recorded = await TrainAsync();
        await Datasets.SnapshotAsync("flowers", Write("5.1\n"));

        var differences = await Reproducer.CheckAsync(recorded.Id, new Dictionary<string, string> { ["trees"] = "40", ["bias"] = "0.5" }, seed: 8);

        Assert.That(differences.Select(static difference => difference.ToString()), Is.EqualTo([
            "Parameter trees: 20, now 40. Use trees = 20.",
            "Seed: 7, now 8. Use the seed 7.",
            "NewerData flowers: version 1, now version 2. datasets.OpenAsync(new DatasetReference(\"flowers\", 1))"]));
        Assert.That(await Reproducer.CheckAsync(recorded.Id, recorded.Parameters, recorded.Seed), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Data_that_are_gone_are_named_and_nothing_is_trained()
    {
        var recorded = await TrainAsync();
        await Datasets.DeleteVersionAsync(new DatasetReference("flowers", 1));

        var thrown = (await Assert.ThrowsAsync<InvalidOperationException>(() => Reproducer.ReproduceAsync(recorded.Id, RepeatAsync)))!;

        Assert.That(thrown.Message, Does.Contain("its data are not what they were").And.Contain("flowers").And.Contain("It was deleted"));
        Assert.That(await Tracker.SearchRunsAsync(new RunQuery()).CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Data_of_another_store_under_the_same_number_are_not_taken_for_the_recorded_ones()
    {
        await Datasets.SnapshotAsync("flowers", Write("9.9\n"));
        var used = new RunDataset { Name = "flowers", Version = 1, Digest = new string('0', 64) };
        var recorded = await RecordAsync("first", null, new RunChange { Datasets = [used] });

        Assert.That((await Reproducer.CheckAsync(recorded.Id)).Single().Remedy, Does.Contain("another store"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Reproducer.ReproduceAsync(recorded.Id, RepeatAsync));
    }

    [Test]
    public async Task Data_that_are_in_no_store_cannot_be_verified_and_do_not_hinder()
    {
        var recorded = await RecordAsync("first", static run => run.LogMetric("auc", 1), new RunChange { Datasets = [new RunDataset { Name = "mnist", Digest = "abc" }] });

        var report = await Reproducer.ReproduceAsync(recorded.Id, static (training, _) =>
        {
            training.Run.LogMetric("auc", 1);
            Assert.That(Assert.Throws<ArgumentException>(() => training.GetData("mnist"))!.Message, Does.Contain("used no dataset 'mnist' that is in the store"));
            return Task.CompletedTask;
        });

        Assert.That((report.Agrees, report.Differences.Single().Kind), Is.EqualTo((true, RunDifferenceKind.Data)));
    }

    [Test]
    public async Task A_training_that_fails_is_a_failed_run_and_the_caller_s_exception()
    {
        var recorded = await TrainAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => Reproducer.ReproduceAsync(recorded.Id, static (_, _) => throw new InvalidDataException()));

        Assert.That(await Lab.SearchAsync($"tags.`mlops.reproduces` = '{recorded.Id}' and attributes.status = 'failed'"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_run_that_is_not_there_is_said_to_be_missing()
    {
        await Assert.ThrowsAsync<RunNotFoundException>(() => Reproducer.CheckAsync(new string('0', 32)));
        await Assert.ThrowsAsync<RunNotFoundException>(() => Reproducer.ReproduceAsync(new string('0', 32), RepeatAsync));
    }

    [Test]
    public async Task A_parameter_that_was_not_recorded_is_named_with_those_that_were()
    {
        var recorded = await TrainAsync();

        await Reproducer.ReproduceAsync(recorded.Id, static (training, _) =>
        {
            Assert.That(Assert.Throws<ArgumentException>(() => training.GetParameter<int>("depth"))!.Message, Does.Contain("no parameter 'depth'").And.Contain("'bias', 'trees'"));
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task The_report_reads_well()
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
             Run {recorded.Id} 'first' is NOT reproduced: 1 of 2 metrics agree (run {report.Reproduced.Id}).
               ≠ auc: 31.5, now 31.6
               = loss: NaN, now NaN
             One thing was different before the training began:
               NewerData flowers: version 1, now version 2. datasets.OpenAsync(new DatasetReference("flowers", 1))

             """));
        Assert.That(report.ToMarkdown(), Does.StartWith("# Reproduction of first\n\nRun ").And.Contain("| auc | 31.5 | 31.6 | **no** |\n| loss | NaN | NaN | yes |\n"));
    }

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
        training.Run, training.Seed, training.GetParameter<int>("trees"), training.GetParameter<double>("bias"), Path.Combine(training.GetData("flowers"), "flowers.csv"));

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
