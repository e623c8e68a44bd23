using System.Threading.Channels;

namespace MlOps.Serving;

/// <summary>Combines rows of concurrent callers into batches and predicts each batch with one model call.</summary>
/// <remarks>
/// There is one loop for each processor. At any time, at most one loop collects a batch, and the other loops predict their batches. Rows that are
/// queued while all loops predict form the next batch. A batch waits for more rows only if recent batches were larger, so the rows of a single
/// caller do not wait.
/// </remarks>
internal sealed class MicroBatcher<TInput, TOutput> : IDisposable
    where TInput : class
    where TOutput : class
{
    private readonly IModel<TInput, TOutput> _model;
    private readonly ServedModelOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Channel<Request> _queue;
    private readonly SemaphoreSlim _collecting = new(1);
    private double _expected = 1; // moving average of the batch size; guarded by _collecting
    private volatile bool _isDisposed;

    public MicroBatcher(IModel<TInput, TOutput> model, ServedModelOptions options, TimeProvider timeProvider)
    {
        _model = model;
        _options = options;
        _timeProvider = timeProvider;
        _queue = Channel.CreateBounded<Request>(options.MaxQueueLength);
        using var _ = ExecutionContext.SuppressFlow();
        for (var loop = 0; loop < Environment.ProcessorCount; loop++)
        {
            Task.Run(RunAsync);
        }
    }

    /// <summary>Queues a row and waits for its prediction.</summary>
    /// <exception cref="ModelOverloadedException">The queue is full.</exception>
    public async Task<Prediction<TOutput>> PredictAsync(TInput input, TOutput output, CancellationToken cancellationToken)
    {
        var request = new Request(input, output, cancellationToken);
        if (!_queue.Writer.TryWrite(request))
        {
            ObjectDisposedException.ThrowIf(_isDisposed, _model);
            throw new ModelOverloadedException(_model.Name, _options.MaxQueueLength);
        }

        // Cancellation ends the wait only. It does not stop a batch that is being computed.
        var prediction = await request.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return prediction.IsRejected ? throw new Validation.InvalidInputException(prediction.Version.Model, prediction.Violations) : prediction;
    }

    /// <summary>Rejects new rows. Queued rows are still predicted, or fail because the model is disposed.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _queue.Writer.TryComplete();
    }

    private async Task RunAsync()
    {
        var batch = new List<Request>(_options.MaxBatchSize);
        while (await CollectAsync(batch).ConfigureAwait(false))
        {
            Predict(batch);
            batch.Clear();
        }
    }

    /// <summary>Collects queued rows, and waits up to <c>MaxBatchDelay</c> for the expected batch size.</summary>
    /// <returns><see langword="false"/> if the queue is completed.</returns>
    private async Task<bool> CollectAsync(List<Request> batch)
    {
        await _collecting.WaitAsync().ConfigureAwait(false);
        try
        {
            while (batch.Count == 0)
            {
                if (!await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
                {
                    return false;
                }

                Take(batch);
            }

            var expected = (int)Math.Round(_expected);
            if (batch.Count < expected)
            {
                await WaitForMoreAsync(batch, expected).ConfigureAwait(false);
            }

            // The average falls faster than it rises, so that the last remaining caller soon stops waiting.
            _expected += (batch.Count - _expected) / (batch.Count > _expected ? 4 : 2);
            return true;
        }
        finally
        {
            _collecting.Release();
        }
    }

    private void Take(List<Request> batch)
    {
        while (batch.Count < _options.MaxBatchSize && _queue.Reader.TryRead(out var request))
        {
            if (!request.IsCanceled)
            {
                batch.Add(request);
            }
        }
    }

    private async Task WaitForMoreAsync(List<Request> batch, int expected)
    {
        using var enough = new CancellationTokenSource();
        var delay = Task.Delay(_options.MaxBatchDelay, _timeProvider, enough.Token);
        while (batch.Count < expected && !delay.IsCompleted && await HasMoreAsync(delay).ConfigureAwait(false))
        {
            Take(batch);
        }

        await enough.CancelAsync().ConfigureAwait(false);
    }

    private async Task<bool> HasMoreAsync(Task delay)
    {
        var more = _queue.Reader.WaitToReadAsync().AsTask();
        return await Task.WhenAny(more, delay).ConfigureAwait(false) == more && await more.ConfigureAwait(false);
    }

    private void Predict(List<Request> batch)
    {
        var predictions = new Prediction<TOutput>[batch.Count];
        try
        {
            _model.Predict(
                batch.Select(static request => request.Input).ToArray(),
                batch.Select(static request => request.Output).ToArray(),
                predictions,
                CancellationToken.None);
        }
        catch (Exception exception) when (batch.Count == 1)
        {
            batch[0].Fail(exception);
            return;
        }
        catch (Exception)
        {
            // One row may have failed the whole batch. Predict each row separately, so that only that row fails.
            foreach (var request in batch)
            {
                Predict([request]);
            }

            return;
        }

        for (var row = 0; row < predictions.Length; row++)
        {
            batch[row].SetResult(predictions[row]);
        }
    }

    /// <summary>A queued row.</summary>
    private sealed class Request(TInput input, TOutput output, CancellationToken cancellationToken)
        : TaskCompletionSource<Prediction<TOutput>>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TInput Input { get; } = input;

        public TOutput Output { get; } = output;

        public bool IsCanceled => cancellationToken.IsCancellationRequested;

        /// <summary>Completes the request with an exception.</summary>
        public void Fail(Exception exception)
        {
            SetException(exception);
            _ = Task.Exception; // observed here, because the caller may have stopped waiting
        }
    }
}
