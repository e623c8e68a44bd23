namespace MlOps.Monitoring.Windows;

/// <summary>Receives observed predictions in the background, such as the prediction log.</summary>
/// <remarks>One thread at a time calls a sink.</remarks>
internal interface IObservedRowSink
{
    /// <summary>Adds predictions. The sink copies the rows that it keeps: the chunk is reused after the task has completed.</summary>
    /// <param name="chunk">The predictions.</param>
    /// <param name="cancellationToken">Cancels the call when the host stops waiting.</param>
    /// <returns>A task that completes when the sink no longer needs the chunk.</returns>
    ValueTask AddAsync(ObservedChunk chunk, CancellationToken cancellationToken);

    /// <summary>Stores all predictions that were added. Called after the last chunk when the host stops.</summary>
    /// <param name="cancellationToken">Cancels the call when the host stops waiting.</param>
    /// <returns>A task that completes when the predictions are in durable storage.</returns>
    Task FlushAsync(CancellationToken cancellationToken);
}
