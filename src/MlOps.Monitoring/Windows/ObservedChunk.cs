using MlOps.Datasets;

namespace MlOps.Monitoring.Windows;

/// <summary>Observed predictions of one version of a model, stored by column. Rows <c>0</c> to <see cref="Count"/> − 1 are in use.</summary>
/// <param name="model">The name of the model in the registry.</param>
/// <param name="version">The number of the version.</param>
/// <param name="inputs">The columns of the inputs.</param>
/// <param name="outputs">The columns of the outputs.</param>
/// <param name="capacity">The maximum number of rows.</param>
/// <remarks>Not thread-safe. Chunks are reused: a chunk and its batches are valid until the receiver has returned.</remarks>
internal sealed class ObservedChunk(string model, int version, IReadOnlyList<RowColumn> inputs, IReadOnlyList<RowColumn> outputs, int capacity)
{
    /// <summary>Gets the name of the model in the registry.</summary>
    public string Model { get; } = model;

    /// <summary>Gets the number of the version.</summary>
    public int Version { get; } = version;

    /// <summary>Gets the maximum number of rows.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Gets or sets the number of rows. It equals the counts of <see cref="Inputs"/> and <see cref="Outputs"/> when the chunk is complete.</summary>
    public int Count { get; set; }

    /// <summary>Gets the inputs as the caller passed them, before values were clamped or imputed.</summary>
    public RowBatch Inputs { get; } = new(inputs, capacity);

    /// <summary>Gets the outputs. All values of a rejected row are missing.</summary>
    public RowBatch Outputs { get; } = new(outputs, capacity);

    /// <summary>Gets the identifiers of the predictions.</summary>
    public Guid[] Ids { get; } = new Guid[capacity];

    /// <summary>Gets the times of the predictions, in ticks of UTC.</summary>
    public long[] Times { get; } = new long[capacity];

    /// <summary>Gets the latencies in ticks of <see cref="System.Diagnostics.Stopwatch"/>; -1 if the latency of the row was not measured.</summary>
    public long[] LatencyTicks { get; } = new long[capacity];

    /// <summary>Gets the values that indicate whether a row was rejected.</summary>
    public bool[] IsRejected { get; } = new bool[capacity];

    /// <summary>Gets the values that indicate whether a row was accepted with warnings.</summary>
    public bool[] IsFlagged { get; } = new bool[capacity];

    /// <summary>Sets the outputs of a rejected row to missing.</summary>
    public void SetOutputsMissing(int row)
    {
        for (var column = 0; column < Outputs.Columns.Count; column++)
        {
            if (Outputs.Columns[column].IsText)
            {
                Outputs.Texts(column)[row] = null;
            }
            else
            {
                Outputs.Numbers(column)[row] = RowBatch.Missing;
            }
        }
    }
}
