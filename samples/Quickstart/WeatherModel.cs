using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;
using MlOps.Tracking;

/// <summary>What a data scientist writes: how the weather is told from a day's measurements, with ML.NET.</summary>
internal static class WeatherModel
{
    private const double TestShare = 0.25;

    /// <summary>Reads the days: when, precipitation in mm, highest and lowest temperature in °C, wind in m/s, and what the weather was.</summary>
    public static IDataView Load(MLContext context, string folder) => context.Data.LoadFromTextFile(
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

    /// <summary>Trains on three quarters of the days, chosen by the run's seed, and records every iteration.</summary>
    public static ITransformer Train(IRun run, string data, string l2, IProgress<TrainingStep>? progress = null)
    {
        var context = new MLContext(run.Info.Seed);
        var options = new Microsoft.ML.Trainers.LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L2Regularization = float.Parse(l2, CultureInfo.InvariantCulture),
            NumberOfThreads = 1, // more add in another order each time, and the same would not come out twice
        };
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "weather")
            .Append(context.Transforms.Concatenate("Features", "precipitation", "temp_max", "temp_min", "wind"))
            .Append(context.Transforms.NormalizeMeanVariance("Features"))
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var _ = run.LogTraining(context, progress);
        return pipeline.Fit(Split(context, data, run.Info.Seed).TrainSet);
    }

    /// <summary>Measures a model on the other days, and records the numbers with the confusion matrix.</summary>
    public static async Task<double> EvaluateAsync(IRun run, string data, ITransformer model, CancellationToken cancellationToken)
    {
        var context = new MLContext(run.Info.Seed);
        var scored = model.Transform(Split(context, data, run.Info.Seed).TestSet);
        var metrics = context.MulticlassClassification.Evaluate(scored);
        await run.LogEvaluationAsync(metrics, scored, cancellationToken: cancellationToken);
        return metrics.MicroAccuracy;
    }

    private static DataOperationsCatalog.TrainTestData Split(MLContext context, string data, int seed) =>
        context.Data.TrainTestSplit(Load(context, data), TestShare, seed: seed);

    /// <summary>A day as the service is asked about it.</summary>
    public sealed class Day
    {
        public float Precipitation { get; set; }

        public float TempMax { get; set; }

        public float TempMin { get; set; }

        public float Wind { get; set; }
    }

    /// <summary>What the service answers.</summary>
    public sealed class Forecast
    {
        [Feature("PredictedLabel")]
        public string Weather { get; set; } = "";

        [Feature("Score")]
        public float[] Probabilities { get; set; } = [];
    }
}
