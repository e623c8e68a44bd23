using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using MlOps.Tracking;

namespace MlOps.Readme;

internal static class TrackedProgram
{
    [SuppressMessage(
        "Performance",
        "CA1859:Use concrete types when possible for improved performance",
        Justification = "The concrete type of a trained pipeline does not help the reader.")]
    public static async Task RunAsync(string file, TextWriter output)
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddMLNetModels();
        await using var provider = services.BuildServiceProvider();
        var tracker = provider.GetRequiredService<IExperimentTracker>();

        var ml = new MLContext(seed: 1);
        var flowers = ml.Data.TrainTestSplit(ml.Data.LoadFromTextFile<Flower>(file, separatorChar: ',', hasHeader: true), testFraction: 0.3);
        var options = new LbfgsMaximumEntropyMulticlassTrainer.Options { L2Regularization = 0.1f };
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(ml.Transforms.Concatenate("Features", "SepalLength", "SepalWidth", "PetalLength", "PetalWidth"))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        await using var run = await tracker.StartRunAsync("iris");
        await run.LogTrainerOptionsAsync(options, "trainer.");
        ITransformer model;
        using (run.LogTraining(ml)) // the loss of each iteration becomes the metric training/loss
        {
            model = pipeline.Fit(flowers.TrainSet);
        }

        var scored = model.Transform(flowers.TestSet);
        await run.LogEvaluationAsync(ml.MulticlassClassification.Evaluate(scored), scored);
        var version = await run.RegisterMLNetModelAsync("iris", model, flowers.TrainSet);
        await run.EndAsync();

        var contents = await tracker.OpenRunAsync(run.Info);
        await output.WriteLineAsync(
            $"iris version {version.Number} with {version.ExampleCount} golden examples, "
            + $"from a run with L2Regularization = {run.Info.Parameters["trainer.L2Regularization"]} and");
        await output.WriteLineAsync(string.Join('\n', contents.Artifacts.Select(artifact => artifact.Path)));
    }
}
