using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>Predictions that were read from the log, stored by column. Rows <c>0</c> to <see cref="Count"/> − 1 are in use.</summary>
/// <param name="inputs">The columns of the inputs, without the prefix <c>input.</c>.</param>
/// <param name="outputs">The columns of the outputs, without the prefix <c>output.</c>.</param>
/// <param name="capacity">The number of rows that there is room for.</param>
/// <remarks>Not thread-safe. Batches of different files may have different columns.</remarks>
internal sealed class LoggedPredictions(IReadOnlyList<RowColumn> inputs, IReadOnlyList<RowColumn> outputs, int capacity)
{
    /// <summary>Gets the number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the inputs. All values of a row that is not sampled are missing.</summary>
    public RowBatch Inputs { get; } = new(inputs, capacity);

    /// <summary>Gets the outputs. All values of a rejected row are missing.</summary>
    public RowBatch Outputs { get; } = new(outputs, capacity);

    /// <summary>Gets the identifiers of the predictions.</summary>
    public Guid[] Ids { get; } = new Guid[capacity];

    /// <summary>Gets the times of the predictions, in ticks of UTC.</summary>
    public long[] Times { get; } = new long[capacity];

    /// <summary>Gets the numbers of the versions.</summary>
    public int[] Versions { get; } = new int[capacity];

    /// <summary>Gets the latencies in milliseconds; <see cref="RowBatch.Missing"/> if the latency of the row was not measured.</summary>
    public double[] Latencies { get; } = new double[capacity];

    /// <summary>Gets the values that indicate whether a row was rejected.</summary>
    public bool[] IsRejected { get; } = new bool[capacity];

    /// <summary>Gets the values that indicate whether a row was accepted with warnings.</summary>
    public bool[] IsFlagged { get; } = new bool[capacity];

    /// <summary>Gets the values that indicate whether the inputs of a row are present.</summary>
    public bool[] IsSampled { get; } = new bool[capacity];

    /// <summary>Sets the number of rows.</summary>
    /// <param name="count">The number of rows, 0 to the capacity.</param>
    public void SetCount(int count) => Count = Inputs.Count = Outputs.Count = count;

    /// <summary>Removes the rows that do not meet a condition. The order of the others is kept.</summary>
    /// <param name="isKept">Determines whether a row is kept, by its index.</param>
    public void Filter(Func<int, bool> isKept)
    {
        var rows = new List<int>(Count);
        for (var row = 0; row < Count; row++)
        {
            if (isKept(row))
            {
                rows.Add(row);
            }
        }

        if (rows.Count < Count)
        {
            Move(Ids, rows);
            Move(Times, rows);
            Move(Versions, rows);
            Move(Latencies, rows);
            Move(IsRejected, rows);
            Move(IsFlagged, rows);
            Move(IsSampled, rows);
            Move(Inputs, rows);
            Move(Outputs, rows);
            SetCount(rows.Count);
        }
    }

    private static void Move(RowBatch batch, List<int> rows)
    {
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            if (batch.Columns[i].IsText)
            {
                Move(batch.Texts(i), rows);
            }
            else
            {
                Move(batch.Numbers(i), rows);
            }
        }
    }

    private static void Move<T>(Span<T> values, List<int> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            values[i] = values[rows[i]];
        }
    }
}
