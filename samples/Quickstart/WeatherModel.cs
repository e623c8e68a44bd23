using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Tracking;

/// <summary>The work of a data scientist: a model of the weather, in ML.NET.</summary>
internal static class WeatherModel
{
    private const double TestShare = 0.25;
    private const int DaysBefore2015 = 1096;

    /// <summary>Reads the days before 2015 from the CSV file. The later days are for monitoring.</summary>
    public static IDataView Load(MLContext context, string folder)
    {
        var days = context.Data.LoadFromTextFile(
            Directory.GetFiles(folder, "*.csv").Single(),
            [
                new TextLoader.Column("precipitation", DataKind.Single, 1),
                new TextLoader.Column("temp_max", DataKind.Single, 2),
                new TextLoader.Column("temp_min", DataKind.Single, 3),
                new TextLoader.Column("wind", DataKind.Single, 4),
                new TextLoader.Column("weather", DataKind.String, 5),
            ],
            separatorChar: ',',
            hasHeader: true);
        return context.Data.TakeRows(days, DaysBefore2015);
    }

    /// <summary>Trains on three quarters of the days, selected by the seed, and records each iteration.</summary>
    public static ITransformer Train(IRun run, string data, string l2)
    {
        var context = new MLContext(run.Info.Seed);
        var options = new Microsoft.ML.Trainers.LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L2Regularization = float.Parse(l2, CultureInfo.InvariantCulture),
            NumberOfThreads = 1, // several threads add in a random order, and the result would not be reproducible
        };
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "weather")
            .Append(context.Transforms.Concatenate("Features", "precipitation", "temp_max", "temp_min", "wind"))
            .Append(context.Transforms.NormalizeMeanVariance("Features"))
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var _ = run.LogTraining(context);
        return pipeline.Fit(Split(context, data, run.Info.Seed).TrainSet);
    }

    /// <summary>Evaluates a model on the other days, and records the metrics and the confusion matrix.</summary>
    public static async Task<double> EvaluateAsync(
        IRun run, string data, ITransformer model, CancellationToken cancellationToken)
    {
        var context = new MLContext(run.Info.Seed);
        var scored = model.Transform(Split(context, data, run.Info.Seed).TestSet);
        var metrics = context.MulticlassClassification.Evaluate(scored);
        await run.LogEvaluationAsync(metrics, scored, cancellationToken: cancellationToken);
        return metrics.MicroAccuracy;
    }

    /// <summary>Divides the days by the seed of the run.</summary>
    public static DataOperationsCatalog.TrainTestData Split(MLContext context, string data, int seed) =>
        context.Data.TrainTestSplit(Load(context, data), TestShare, seed: seed);
}
