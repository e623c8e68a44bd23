namespace MlOps.Tracking;

/// <content>The operations that are performed when the process stops.</content>
internal sealed partial class ActiveRun
{
    /// <summary>The additional time after which store operations are canceled.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    /// <summary>Ends the run as interrupted because the process is stopping, and stops the heartbeats. Metrics that cannot be delivered in
    /// time are saved to files.</summary>
    public async Task InterruptAsync(TimeSpan timeout)
    {
        using var timeoutSource = CreateTimeout(timeout);
        try
        {
            if (_writer.IsShared)
            {
                await DeliverAllAsync(timeout, timeoutSource.Token).ConfigureAwait(false);
                await RecordSummariesAsync(timeoutSource.Token).ConfigureAwait(false);
            }
            else
            {
                LogInterrupted(_id);
                await EndAsync(RunStatus.Interrupted, failure: null, timeout, timeoutSource.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is MlOpsException or InvalidOperationException or OperationCanceledException)
        {
            LogNotEnded(_id, exception);
        }

        await StopAsync().ConfigureAwait(false);
    }

    /// <summary>Delivers the metrics because the process is stopping. Metrics that cannot be delivered in time are saved to
    /// files.</summary>
    public async Task DeliverAsync(TimeSpan timeout)
    {
        using var timeoutSource = CreateTimeout(timeout);
        try
        {
            if (await _metrics.DeliverWithinAsync(timeout, timeoutSource.Token).ConfigureAwait(false) is { } exception)
            {
                LogNotDelivered(_id, exception);
            }
        }
        catch (OperationCanceledException exception)
        {
            LogNotDelivered(_id, exception);
            _metrics.Save();
        }
    }

    /// <summary>Delivers the metrics and records the run as interrupted or failed, because the process is about to stop. If the process
    /// continues, the run continues too.</summary>
    public async Task SuspendAsync(TimeSpan timeout, Exception? failure)
    {
        using var timeoutSource = CreateTimeout(timeout);
        try
        {
            await DeliverAsync(timeout).ConfigureAwait(false);
            await RecordSummariesAsync(timeoutSource.Token).ConfigureAwait(false);
            await _writer.SuspendAsync(failure is null ? null : RunFailure.Of(failure), timeoutSource.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MlOpsException or InvalidOperationException or OperationCanceledException)
        {
            LogNotEnded(_id, exception);
        }
    }

    /// <summary>Saves the undelivered metrics to files, without using the store.</summary>
    public void Save() => _metrics.Save();

    /// <summary>Creates a source that cancels store operations that do not complete while the process is stopping.</summary>
    private CancellationTokenSource CreateTimeout(TimeSpan timeout) => new(timeout + s_grace, _context.TimeProvider);
}
