using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Records the actual outcomes of predictions.</summary>
/// <remarks>Thread-safe. An outcome is in durable storage when the task of its recording completes. Concurrent recordings of a model share a file: while a file
/// is written, further outcomes collect for the next file.</remarks>
internal sealed class OutcomeStore
{
    /// <summary>The maximum number of outcomes in a file.</summary>
    public const int MaxFileRows = 100_000;

    private static readonly TimeSpan s_maxAhead = TimeSpan.FromDays(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OutcomeBatches> _models = new(StringComparer.Ordinal);
    private readonly IArtifactStore _store;
    private readonly string _instance;
    private readonly TimeProvider _timeProvider;
    private long _files;
    private long _sequence;

    /// <summary>Initializes a new instance of the <see cref="OutcomeStore"/> class.</summary>
    /// <param name="store">The store.</param>
    /// <param name="instance">The identifier of this process, which no other process has had. It is a part of the file names.</param>
    /// <param name="timeProvider">The clock.</param>
    public OutcomeStore(IArtifactStore store, string instance, TimeProvider timeProvider)
    {
        _store = store;
        _instance = instance;
        _timeProvider = timeProvider;
    }

    /// <summary>Records an outcome.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="cancellationToken">Cancels the wait. The outcome may be recorded nevertheless.</param>
    /// <returns>A task that completes when the outcome is in the store.</returns>
    /// <exception cref="ArgumentException">The outcome is not valid.</exception>
    public Task RecordAsync(string model, Outcome outcome, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (FindFault(outcome) is { } fault)
        {
            throw new ArgumentException(fault, nameof(outcome));
        }

        OutcomeBatches? batches;
        lock (_lock)
        {
            if (!_models.TryGetValue(model, out batches))
            {
                _models.Add(model, batches = new OutcomeBatches((outcomes, token) => WriteAsync(model, outcomes, token)));
            }
        }

        return batches.AddAsync(ToRecorded(outcome)).WaitAsync(cancellationToken);
    }

    /// <summary>Records many outcomes. Rows that are not valid are counted and reported; the others are recorded.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="cancellationToken">Cancels the recording. The outcomes of earlier files stay recorded; recording them again is harmless.</param>
    /// <returns>The result, when all outcomes are in the store.</returns>
    public Task<OutcomeImport> RecordAsync(string model, IAsyncEnumerable<Outcome> outcomes, CancellationToken cancellationToken) =>
        RecordAsync(model, outcomes, new ImportFaults(), cancellationToken);

    /// <summary>Records the outcomes of a table with the columns <c>prediction_id</c>, <c>actual</c> and, optionally, <c>time</c>.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="source">The table.</param>
    /// <param name="cancellationToken">Cancels the recording. The outcomes of earlier files stay recorded; recording them again is harmless.</param>
    /// <returns>The result, when all outcomes are in the store.</returns>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public Task<OutcomeImport> ImportAsync(string model, IRowSource source, CancellationToken cancellationToken)
    {
        var faults = new ImportFaults();
        return RecordAsync(model, new OutcomeTable(source, faults).ReadAsync(cancellationToken), faults, cancellationToken);
    }

    private async Task<OutcomeImport> RecordAsync(string model, IAsyncEnumerable<Outcome> outcomes, ImportFaults faults, CancellationToken cancellationToken)
    {
        var recorded = 0L;
        var file = new List<RecordedOutcome>();
        await foreach (var outcome in outcomes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (FindFault(outcome) is { } fault)
            {
                faults.Reject(fault);
                continue;
            }

            file.Add(ToRecorded(outcome));
            if (file.Count == MaxFileRows)
            {
                await WriteAsync(model, file, cancellationToken).ConfigureAwait(false);
                recorded += file.Count;
                file.Clear();
            }
        }

        if (file.Count > 0)
        {
            await WriteAsync(model, file, cancellationToken).ConfigureAwait(false);
            recorded += file.Count;
        }

        return faults.ToResult(recorded);
    }

    private string? FindFault(in Outcome outcome) =>
        outcome.PredictionId == Guid.Empty || (outcome.Text is null && outcome.Number is null)
            ? "The outcome has no prediction or no value. Create it with a constructor, and pass the identifier of the prediction."
            : outcome.Time > _timeProvider.GetUtcNow() + s_maxAhead
                ? $"The time of the outcome of the prediction '{outcome.PredictionId}' is {outcome.Time:O}, which is more than one day in the future. "
                    + "Pass the time in UTC, or omit it."
                : null;

    private RecordedOutcome ToRecorded(in Outcome outcome) => new(
        outcome.PredictionId, outcome.Text, outcome.Number ?? 0, LogColumns.Truncate((outcome.Time ?? _timeProvider.GetUtcNow()).UtcTicks), _instance,
        Interlocked.Increment(ref _sequence));

    private async Task WriteAsync(string model, IReadOnlyCollection<RecordedOutcome> outcomes, CancellationToken cancellationToken)
    {
        var content = await OutcomeFile.EncodeAsync(outcomes, cancellationToken).ConfigureAwait(false);
        var day = LogPaths.DayOf(_timeProvider.GetUtcNow().UtcTicks);
        var path = LogPaths.File(LogPaths.Outcomes, model, day, _instance, Interlocked.Increment(ref _files));
        var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ContentType = LogPaths.ContentType };
        await _store.WriteBytesAsync(path, content, options, cancellationToken).ConfigureAwait(false);
    }
}
