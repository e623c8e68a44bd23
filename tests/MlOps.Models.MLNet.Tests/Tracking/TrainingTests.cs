using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

namespace MlOps.Tracking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TrainingTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly Steps _steps = new();

    [Test]
    public async Task Losses_of_sdca_are_metrics_with_steps()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var trainer = _context.BinaryClassification.Trainers.SdcaLogisticRegression(
            new SdcaLogisticRegressionBinaryTrainer.Options { MaximumNumberOfIterations = 5, ConvergenceTolerance = 1e-9f, ConvergenceCheckFrequency = 1 });

        Train(tracked.Run, trainer);
        await tracked.EndAsync();

        var losses = await tracked.ReadMetricAsync("training/loss");
        Assert.That(losses.Select(static loss => loss.Step), Is.EqualTo(new long[] { 1, 2, 3, 4, 5 }));
        Assert.That(losses[^1].Value, Is.InRange(0, losses[0].Value));
        Assert.That(await tracked.ReadMetricAsync("training/duality_gap"), Has.Length.EqualTo(5));
        Assert.That(
            _steps.All.Where(static step => step.Metrics.Count > 0).Select(static step => step.Metrics["training/loss"]),
            Is.EqualTo(losses.Select(static loss => loss.Value)));
    }

    [Test]
    public async Task Losses_of_lbfgs_are_metrics_with_steps()
    {
        await using var tracked = await TrackedRun.StartAsync();

        Train(tracked.Run, _context.BinaryClassification.Trainers.LbfgsLogisticRegression());
        await tracked.EndAsync();

        var losses = await tracked.ReadMetricAsync("training/loss");
        Assert.That(losses.Length, Is.GreaterThan(5));
        Assert.That(losses[0].Step, Is.EqualTo(0));
        Assert.That(losses[0].Value, Is.EqualTo(Math.Log(2)).Within(1e-6), "all weights are 0");
        Assert.That(losses.Select(static loss => loss.Step), Is.Ordered.And.Unique);
    }

    [Test]
    public async Task A_second_training_of_a_context_has_other_metric_names()
    {
        await using var tracked = await TrackedRun.StartAsync();
        Fit(_context.BinaryClassification.Trainers.LbfgsLogisticRegression());

        using (tracked.Run.LogTraining(_context))
        {
            Fit(_context.BinaryClassification.Trainers.LbfgsLogisticRegression());
            Fit(_context.BinaryClassification.Trainers.LbfgsLogisticRegression());
        }

        var metrics = await tracked.EndAsync();
        Assert.That(
            metrics.Keys.Where(static name => name.Contains("loss", StringComparison.Ordinal)),
            Is.EquivalentTo(new[] { "training/loss", "training/loss_2" }));
        Assert.That(metrics["training/loss"], Is.EqualTo(metrics["training/loss_2"]).Within(1e-3));
    }

    [Test]
    public async Task Trees_are_reported_to_the_progress()
    {
        await using var tracked = await TrackedRun.StartAsync();

        Train(tracked.Run, _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 30));

        var trees = _steps.All.Where(static step => step.Phase == "FastTree training").ToArray();
        Assert.That(trees.Select(static tree => tree.Step), Is.Ordered.And.Unique.And.Some.GreaterThan(0L));
        Assert.That(trees.Select(static tree => tree.Total), Has.All.EqualTo(30));
        Assert.That(await tracked.EndAsync(), Is.Empty);
    }

    [Test]
    public async Task Iterations_in_log_messages_are_reported()
    {
        await using var tracked = await TrackedRun.StartAsync();

        Train(tracked.Run, _context.BinaryClassification.Trainers.AveragedPerceptron(numberOfIterations: 3));

        Assert.That(_steps.All.Select(static step => step.Step), Is.EqualTo(new long[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_run_that_ended_does_not_stop_the_training()
    {
        await using var tracked = await TrackedRun.StartAsync();
        await tracked.EndAsync();

        Assert.That(() => Train(tracked.Run, _context.BinaryClassification.Trainers.LbfgsLogisticRegression()), Throws.Nothing);
    }

    [Test]
    public async Task A_progress_that_throws_does_not_stop_the_training()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var faulty = new Steps { Fault = new InvalidOperationException("no") };

        using (tracked.Run.LogTraining(_context, faulty))
        {
            Assert.That(() => Fit(_context.BinaryClassification.Trainers.AveragedPerceptron(numberOfIterations: 3)), Throws.Nothing);
        }

        Assert.That(faulty.All, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task After_disposal_nothing_is_recorded()
    {
        await using var tracked = await TrackedRun.StartAsync();
        tracked.Run.LogTraining(_context, _steps).Dispose();

        Fit(_context.BinaryClassification.Trainers.AveragedPerceptron(numberOfIterations: 3));

        Assert.That(_steps.All, Is.Empty);
    }

    [Test]
    public async Task Options_of_a_trainer_are_parameters()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var options = new FastTreeBinaryTrainer.Options { NumberOfTrees = 50, LearningRate = 0.25, EarlyStoppingRule = new GeneralityLossRule() };

        await tracked.Run.LogTrainerOptionsAsync(options, "trainer.");

        var parameters = tracked.Run.Info.Parameters;
        Assert.That(parameters["trainer.NumberOfTrees"], Is.EqualTo("50"));
        Assert.That(parameters["trainer.LearningRate"], Is.EqualTo("0.25"));
        Assert.That(parameters["trainer.FeatureColumnName"], Is.EqualTo("Features"));
        Assert.That(parameters["trainer.UnbalancedSets"], Is.EqualTo("false"));
        Assert.That(
            parameters.Keys,
            Has.All.StartsWith("trainer.").And.None.EqualTo("trainer.EarlyStoppingRule").And.None.EqualTo("trainer.RowGroupColumnName"));
    }

    [Test]
    [SetCulture("de-DE")]
    public async Task Options_of_every_simple_type_are_parameters()
    {
        await using var tracked = await TrackedRun.StartAsync();

        await tracked.Run.LogTrainerOptionsAsync(new
        {
            Rate = 0.5f,
            Kind = DayOfWeek.Friday,
            Layers = new[] { 3, 4 },
            Time = TimeSpan.FromSeconds(90),
            Missing = (float?)null,
            Other = new object(),
            Nested = new[] { new object() },
        });

        Assert.That(
            tracked.Run.Info.Parameters,
            Is.EquivalentTo(new Dictionary<string, string> { ["Rate"] = "0.5", ["Kind"] = "Friday", ["Layers"] = "[3, 4]", ["Time"] = "00:01:30" }));
    }

    private void Train(IRun run, IEstimator<ITransformer> trainer)
    {
        using (run.LogTraining(_context, _steps))
        {
            Fit(trainer);
        }
    }

    private void Fit(IEstimator<ITransformer> trainer) =>
        _context.Transforms.NormalizeMinMax("Features").Append(trainer).Fit(_context.Data.Cache(RealData.LoadTumours(_context)));

    private sealed class Steps : IProgress<TrainingProgress>
    {
        public ConcurrentQueue<TrainingProgress> All { get; } = new();

        public Exception? Fault { get; init; }

        public void Report(TrainingProgress value)
        {
            All.Enqueue(value);
            if (Fault is not null)
            {
                throw Fault;
            }
        }
    }
}
