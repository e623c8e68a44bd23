using System.Threading.Channels;

namespace MlOps.Serving;

/// <summary>Puts the rows of callers that ask at the same time into one call of the model.</summary>
/// <remarks>
/// One loop for each processor: one collects a batch while the others compute theirs. Rows that arrive while all loops compute form the next batch.
/// A batch waits for further rows only if the last batches were larger, so that the row of a lone caller does not wait.
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
    private double _expected = 1; // the number of rows in a batch, an average of the last ones; guarded by _collecting
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

    /// <exception cref="ModelOverloadedException">Too many rows wait already.</exception>
    public async Task<Prediction<TOutput>> PredictAsync(TInput input, TOutput output, CancellationToken cancellationToken)
    {
        var request = new Request(input, output, cancellationToken);
        if (!_queue.Writer.TryWrite(request))
        {
            ObjectDisposedException.ThrowIf(_isDisposed, _model);
            throw new ModelOverloadedException(_model.Name, _options.MaxQueueLength);
        }

        // What is being computed is not stopped; the caller just does not wait for it.
        var prediction = await request.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return prediction.IsRejected ? throw new Validation.InvalidInputException(prediction.Version.Model, prediction.Violations) : prediction;
    }

    /// <summary>Takes no more rows; those that wait are still answered, or told that the model is gone.</summary>
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

    /// <summary>Collects the rows that are there, and waits for as many as the last batches let expect, up to the greatest delay.</summary>
    /// <returns><see langword="false"/> at the end.</returns>
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

            // It falls faster than it rises, so that a caller who has become alone soon does not wait.
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
            if (!request.IsCancelled)
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
            // One row may have failed them all: each on its own, only that one fails.
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

    /// <summary>A row that waits for its prediction.</summary>
    private sealed class Request(TInput input, TOutput output, CancellationToken cancellationToken)
        : TaskCompletionSource<Prediction<TOutput>>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TInput Input { get; } = input;

        public TOutput Output { get; } = output;

        public bool IsCancelled => cancellationToken.IsCancellationRequested;

        /// <summary>Ends the request with an exception, which nobody may wait for any more.</summary>
        public void Fail(Exception exception)
        {
            SetException(exception);
            _ = Task.Exception; // is observed
        }
    }
}
