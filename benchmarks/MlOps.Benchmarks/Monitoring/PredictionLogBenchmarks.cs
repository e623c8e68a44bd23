using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Datasets;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Windows;
using MlOps.Storage;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Measures the speed of the prediction log: 30 numeric features and 2 outputs, all rows sampled, into memory.</summary>
internal static class PredictionLogBenchmarks
{
    private const int Features = 30;
    private const int ChunkRows = 1_024;
    private const int Chunks = 64;
    private const double MostRows = 200_000;

    /// <summary>Runs the benchmark.</summary>
    /// <param name="quick">Whether to measure fewer rows.</param>
    public static async Task<IReadOnlyList<IOutcome>> RunAsync(bool quick)
    {
        var rows = quick ? 100_000 : 1_000_000;
        var store = new InMemoryArtifactStore();
        await WriteAsync(new InMemoryArtifactStore(), 50_000);
        var writing = await WriteAsync(store, rows);
        var size = 0L;
        await foreach (var entry in store.ListAsync())
        {
            size += entry.Size;
        }

        var (reading, joining, outcomes) = await ReadAsync(store, rows);
        return
        [
            Create("Prediction log: sampled rows written to Parquet", "≥ 200,000 rows/s", writing, "rows/s of processor time", writing >= MostRows,
                string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, all sampled. A row takes {size / (double)rows:0} bytes.")),
            Create("Prediction log: rows read", "–", reading, "rows/s", isMet: true, "The same files."),
            Create("Prediction log: rows joined with outcomes", "–", joining, "rows/s", isMet: true,
                string.Create(CultureInfo.InvariantCulture, $"Each row has an outcome. Outcomes are recorded in bulk at {outcomes:N0} per second.")),
        ];
    }

    private static Figure Create(string title, string aim, double value, string unit, bool isMet, string remark) => new(
        title, aim, string.Create(CultureInfo.InvariantCulture, $"{value:N0} {unit}"), isMet, $"30 random numbers and 2 outputs, into memory. {remark}");

    private static async Task<double> WriteAsync(InMemoryArtifactStore store, int rows)
    {
        // More different rows than a row group has, so that no column is encoded as a dictionary.
        var chunks = Enumerable.Range(0, Chunks).Select(CreateChunk).ToArray();
        var options = new LogOptions { SampleRate = 1, MaxPendingSize = long.MaxValue };
        var log = new PredictionLog(store, "bench-1", _ => options, TimeProvider.System, NullLogger<PredictionLog>.Instance);
        await using var _ = log;
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var row = 0; row < rows; row += ChunkRows)
        {
            var chunk = chunks[row / ChunkRows % Chunks];
            for (var i = 0; i < ChunkRows; i++)
            {
                chunk.Ids[i] = Id(row + i);
            }

            chunk.Count = chunk.Inputs.Count = chunk.Outputs.Count = Math.Min(ChunkRows, rows - row);
            await log.AddAsync(chunk, default);
        }

        await log.FlushAsync(default);
        process.Refresh();

        // All threads together, so a second core does not count.
        return rows / (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static async Task<(double Reading, double Joining, double Outcomes)> ReadAsync(InMemoryArtifactStore store, int rows)
    {
        var reader = new PredictionLogReader(store, NullLogger<PredictionLogReader>.Instance);
        var started = Stopwatch.GetTimestamp();
        await foreach (var _ in reader.ReadAsync("churn", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, [], default))
        {
        }

        var reading = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var outcomes = new OutcomeStore(store, "bench-1", TimeProvider.System);
        var actuals = Enumerable.Range(0, rows).Select(static row => new MlOps.Monitoring.Predictions.Outcome(Id(row), row % 2));
        await outcomes.RecordAsync("churn", actuals.ToAsyncEnumerable(), default);
        var recording = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;

        started = Stopwatch.GetTimestamp();
        var join = new PredictionJoin(reader, new OutcomeReader(store, NullLogger<OutcomeReader>.Instance));
        var summary = new JoinSummary();
        await foreach (var _ in join.ReadAsync("churn", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, findUnknown: true, summary, default))
        {
        }

        return summary.Outcomes == rows
            ? (reading, rows / Stopwatch.GetElapsedTime(started).TotalSeconds, recording)
            : throw new InvalidOperationException($"{summary.Outcomes} of {rows} predictions have an outcome.");
    }

    private static Guid Id(int row) => new(row, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    private static ObservedChunk CreateChunk(int seed)
    {
        var random = new Random(seed);
        var inputs = Enumerable.Range(0, Features).Select(static feature => new RowColumn($"f{feature}", isText: false)).ToArray();
        var chunk = new ObservedChunk("churn", 1, inputs, [new RowColumn("PredictedLabel", isText: true), new RowColumn("Score", isText: false)], ChunkRows);
        for (var row = 0; row < ChunkRows; row++)
        {
            chunk.Times[row] = TimeProvider.System.GetUtcNow().UtcTicks;
            chunk.LatencyTicks[row] = row % 16 == 0 ? 1_000 : -1;
            chunk.Outputs.Texts(0)[row] = row % 3 == 0 ? "yes" : "no";
            chunk.Outputs.Numbers(1)[row] = random.NextDouble();
            for (var feature = 0; feature < Features; feature++)
            {
                chunk.Inputs.Numbers(feature)[row] = random.NextDouble();
            }
        }

        return chunk;
    }
}
