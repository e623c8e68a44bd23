using System.Diagnostics.CodeAnalysis;

namespace MlOps.Monitoring.Predictions;

/// <summary>Combines concurrent outcomes of a model into files. One file is written at a time; meanwhile, further outcomes collect for the next file.</summary>
/// <param name="write">Writes a file.</param>
/// <remarks>Thread-safe. Memory is bounded by the number of callers that wait.</remarks>
internal sealed class OutcomeBatches(Func<IReadOnlyCollection<RecordedOutcome>, CancellationToken, Task> write)
{
    private readonly Lock _lock = new();
    private Batch? _next;
    private bool _isWriting;

    /// <summary>Adds an outcome to the next file.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>A task that completes when the file is in the store, or fails with the exception of the store.</returns>
    public Task AddAsync(in RecordedOutcome outcome)
    {
        Batch batch;
        lock (_lock)
        {
            batch = _next ??= new Batch();
            batch.Outcomes.Add(outcome);
            if (_isWriting)
            {
                return batch.Done.Task;
            }

            _isWriting = true;
        }

        // The file contains the outcomes of other callers too, so the caller's execution context and cancellation do not apply to it.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(WriteAllAsync);
        }

        return batch.Done.Task;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The exception is passed to the callers.")]
    private async Task WriteAllAsync()
    {
        while (TakeNext() is { } batch)
        {
            try
            {
                await write(batch.Outcomes, CancellationToken.None).ConfigureAwait(false);
                batch.Done.SetResult();
            }
            catch (Exception exception)
            {
                batch.Done.SetException(exception);
            }
        }
    }

    private Batch? TakeNext()
    {
        lock (_lock)
        {
            var batch = _next;
            _next = null;
            _isWriting = batch is not null;
            return batch;
        }
    }

    private sealed class Batch
    {
        public List<RecordedOutcome> Outcomes { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
