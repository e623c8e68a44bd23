using System.Diagnostics;
using System.Globalization;
using MlOps.Datasets;
using MlOps.Monitoring.Quality;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Rows per second of the quality metrics on one core.</summary>
internal static class QualityBenchmarks
{
    private const int BatchSize = 4_096;

    /// <summary>Measures the evaluation of rows with outcomes.</summary>
    /// <param name="rows">The number of rows.</param>
    public static IReadOnlyList<IOutcome> Run(int rows) =>
    [
        Measure("two classes, estimate without outcomes", rows, CreateBinary(), calibrated: true),
        Measure("five classes with probabilities", rows, CreateMulticlass(), calibrated: false),
        Measure("regression", rows, CreateRegression(), calibrated: false),
    ];

    private static Figure Measure(string name, int rows, (RowBatch Batch, ActualValue[] Actuals) data, bool calibrated)
    {
        var options = new QualityOptions { Segments = { "country", "amount" } };
        var builder = new CalibrationBuilder(options, data.Batch.Columns);
        builder.Add(data.Batch, data.Actuals);
        var calibration = calibrated ? builder.ToArray() : null;
        var (add, result) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var run = 0; run < 5; run++)
        {
            var evaluator = new QualityEvaluator(options, data.Batch.Columns, calibration);
            var start = Stopwatch.GetTimestamp();
            for (var row = 0; row < rows; row += BatchSize)
            {
                evaluator.Add(data.Batch, data.Actuals);
            }

            var end = Stopwatch.GetTimestamp();
            evaluator.ToResult(rows);
            add = Min(add, Stopwatch.GetElapsedTime(start, end));
            result = Min(result, Stopwatch.GetElapsedTime(end));
        }

        return new Figure(
            $"Quality: {name}",
            "–",
            string.Create(CultureInfo.InvariantCulture, $"{rows / add.TotalSeconds:N0} rows/s"),
            IsMet: true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows:N0} rows with outcomes and 2 segments, on one core. The result is computed in {result.TotalMilliseconds:N1} ms."));
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static (RowBatch Batch, ActualValue[] Actuals) CreateBinary()
    {
        var (batch, random) = (Create("PredictedLabel", "Probability"), new Random(1));
        var actuals = new ActualValue[BatchSize];
        for (var i = 0; i < BatchSize; i++)
        {
            var probability = random.NextDouble();
            (batch.Numbers(0)[i], batch.Numbers(1)[i]) = (probability >= 0.5 ? 1 : 0, probability);
            actuals[i] = ActualValue.From(random.NextDouble() < probability ? 1 : 0);
        }

        return (batch, actuals);
    }

    private static (RowBatch Batch, ActualValue[] Actuals) CreateMulticlass()
    {
        const int Classes = 5;
        var (batch, random) = (Create([.. Enumerable.Range(0, Classes).Select(static i => $"Probability[{i}]")]), new Random(1));
        var actuals = new ActualValue[BatchSize];
        for (var i = 0; i < BatchSize; i++)
        {
            var weights = Enumerable.Range(0, Classes).Select(_ => random.NextDouble()).ToArray();
            for (var k = 0; k < Classes; k++)
            {
                batch.Numbers(k)[i] = weights[k] / weights.Sum();
            }

            actuals[i] = ActualValue.From(random.Next(Classes));
        }

        return (batch, actuals);
    }

    private static (RowBatch Batch, ActualValue[] Actuals) CreateRegression()
    {
        var (batch, random) = (Create("Score"), new Random(1));
        var actuals = new ActualValue[BatchSize];
        for (var i = 0; i < BatchSize; i++)
        {
            batch.Numbers(0)[i] = random.NextDouble();
            actuals[i] = ActualValue.From(random.NextDouble());
        }

        return (batch, actuals);
    }

    private static RowBatch Create(params string[] outputs)
    {
        var numbers = outputs.Select(static name => new RowColumn(name, isText: false));
        RowColumn[] columns = [.. numbers, new("country", isText: true), new("amount", isText: false)];
        var batch = new RowBatch(columns, BatchSize) { Count = BatchSize };
        for (var i = 0; i < BatchSize; i++)
        {
            batch.Texts(outputs.Length)[i] = $"country {i % 30}";
            batch.Numbers(outputs.Length + 1)[i] = i * 7 % 1_000;
        }

        return batch;
    }
}
