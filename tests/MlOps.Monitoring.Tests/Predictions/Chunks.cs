using MlOps.Datasets;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Predictions;

/// <summary>Chunks of observed predictions: two features, one of them text, and two outputs.</summary>
internal static class Chunks
{
    public static readonly DateTimeOffset Start = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<RowColumn> Inputs = [new("Age", false), new("City", true)];

    public static readonly IReadOnlyList<RowColumn> Outputs = [new("PredictedLabel", true), new("Score", false)];

    /// <summary>Creates a chunk with rows one second apart.</summary>
    public static ObservedChunk Create(
        int count, DateTimeOffset? start = null, int version = 1, string model = "churn", int seed = 1, Action<ObservedChunk>? change = null)
    {
        var random = new Random(seed);
        var chunk = new ObservedChunk(model, version, Inputs, Outputs, count);
        var bytes = new byte[16];
        for (var row = 0; row < count; row++)
        {
            random.NextBytes(bytes);
            chunk.Ids[row] = new Guid(bytes);
            chunk.Times[row] = (start ?? Start).UtcTicks + (row * TimeSpan.TicksPerSecond);
            chunk.LatencyTicks[row] = -1;
            chunk.Inputs.Numbers(0)[row] = 20 + row;
            chunk.Inputs.Texts(1)[row] = row % 2 == 0 ? "Bonn" : "Köln";
            chunk.Outputs.Texts(0)[row] = row % 3 == 0 ? "yes" : "no";
            chunk.Outputs.Numbers(1)[row] = row / 100.0;
        }

        (chunk.Count, chunk.Inputs.Count, chunk.Outputs.Count) = (count, count, count);
        change?.Invoke(chunk);
        return chunk;
    }

    /// <summary>Marks a row as rejected, with missing outputs.</summary>
    public static void Reject(this ObservedChunk chunk, int row)
    {
        chunk.IsRejected[row] = true;
        chunk.Outputs.Texts(0)[row] = null;
        chunk.Outputs.Numbers(1)[row] = RowBatch.Missing;
    }
}
