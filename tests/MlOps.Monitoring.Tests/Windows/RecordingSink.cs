using System.Collections.Concurrent;

namespace MlOps.Monitoring.Windows;

/// <summary>Records the rows that it receives.</summary>
internal sealed class RecordingSink : IObservedRowSink
{
    /// <summary>Gets the identifiers, ages and rejections of the rows.</summary>
    public ConcurrentQueue<(Guid Id, double Age, bool IsRejected)> Rows { get; } = new();

    /// <summary>Gets the number of flushes.</summary>
    public int Flushes { get; private set; }

    /// <summary>Gets or sets the action before rows are added.</summary>
    public Func<Task> Before { get; set; } = static () => Task.CompletedTask;

    public async ValueTask AddAsync(ObservedChunk chunk, CancellationToken cancellationToken)
    {
        await Before();
        for (var row = 0; row < chunk.Count; row++)
        {
            Rows.Enqueue((chunk.Ids[row], chunk.Inputs.Numbers(0)[row], chunk.IsRejected[row]));
        }
    }

    public Task FlushAsync(CancellationToken cancellationToken)
    {
        Flushes++;
        return Task.CompletedTask;
    }
}
