using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Monitoring.Windows;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>The parts of the prediction log on one store.</summary>
internal sealed class LogFixture
{
    public LogFixture(IArtifactStore? store = null)
    {
        Store = store ?? new InMemoryArtifactStore();
        Time = new FakeTimeProvider(Chunks.Start);
        Reader = new PredictionLogReader(Store, NullLogger<PredictionLogReader>.Instance);
        OutcomeReader = new OutcomeReader(Store, NullLogger<OutcomeReader>.Instance);
        Outcomes = new OutcomeStore(Store, "host-1", Time);
    }

    public IArtifactStore Store { get; }

    public FakeTimeProvider Time { get; }

    public FakeLogger<PredictionLog> Logger { get; } = new();

    public LogOptions Options { get; set; } = new() { SampleRate = 1 };

    public PredictionLogReader Reader { get; }

    public OutcomeReader OutcomeReader { get; }

    public OutcomeStore Outcomes { get; }

    public PredictionLog CreateLog(string instance = "host-1") => new(Store, instance, _ => Options, Time, Logger);

    public PredictionJoin CreateJoin(int maxOutcomes = 1_000_000) => new(Reader, OutcomeReader, maxOutcomes);

    /// <summary>Logs chunks and stores them.</summary>
    public async Task LogAsync(params ObservedChunk[] chunks)
    {
        await using var log = CreateLog($"host-{Guid.NewGuid():N}");
        foreach (var chunk in chunks)
        {
            await log.AddAsync(chunk, default);
        }

        await log.FlushAsync(default);
    }

    public async Task<List<LoggedPredictions>> ReadAsync(
        DateTimeOffset? from = null, DateTimeOffset? to = null, int? version = null, ICollection<string>? faults = null) =>
        await Reader.ReadAsync("churn", from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue, version, faults ?? [], default).ToListAsync();

    /// <summary>Joins all predictions and returns the actual value of each as text, in the order of the identifiers.</summary>
    public async Task<SortedDictionary<Guid, string?>> JoinAsync(JoinSummary summary, int maxOutcomes = 1_000_000, bool findUnknown = true)
    {
        var actuals = new SortedDictionary<Guid, string?>();
        var batches = CreateJoin(maxOutcomes).ReadAsync("churn", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, findUnknown, summary, default);
        await foreach (var batch in batches)
        {
            for (var row = 0; row < batch.Predictions.Count; row++)
            {
                actuals.Add(
                    batch.Predictions.Ids[row],
                    !batch.HasActual(row) ? null : batch.ActualTexts[row] ?? FormattableString.Invariant($"{batch.ActualNumbers[row]}"));
            }
        }

        return actuals;
    }

    /// <summary>Advances the clock until a task completes.</summary>
    public async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await task;
    }

    public async Task<List<string>> ListAsync(string folder) =>
        await Store.ListAsync(ArtifactPath.Parse(folder)).Select(static entry => entry.Path.ToString()).ToListAsync();
}
