namespace MlOps.Datasets;

/// <summary>A batch of rows, stored by column.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class RowBatch
{
    private const long MissingBits = 0x7FF8_4D4C_0000_0001;

    /// <summary>Initializes a new instance of the <see cref="RowBatch"/> class.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="capacity">The maximum number of rows.</param>
    public RowBatch(IReadOnlyList<RowColumn> columns, int capacity)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Columns = columns;
        Capacity = capacity;
        NumberColumns = [.. columns.Select(column => column.IsText ? null : new double[capacity])];
        TextColumns = [.. columns.Select(column => column.IsText ? new string?[capacity] : null)];
    }

    /// <summary>Initializes a new instance of the <see cref="RowBatch"/> class that shares the values of another batch.</summary>
    internal RowBatch(IReadOnlyList<RowColumn> columns, RowBatch values, int[] indexes)
    {
        Columns = columns;
        Capacity = values.Capacity;
        NumberColumns = Array.ConvertAll(indexes, index => values.NumberColumns[index]);
        TextColumns = Array.ConvertAll(indexes, index => values.TextColumns[index]);
    }

    /// <summary>Gets the value that represents a missing number. It is a NaN with a payload, and differs from <see cref="double.NaN"/>.</summary>
    public static double Missing { get; } = BitConverter.Int64BitsToDouble(MissingBits);

    /// <summary>Gets the columns.</summary>
    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>Gets the maximum number of rows.</summary>
    public int Capacity { get; }

    /// <summary>Gets or sets the number of rows.</summary>
    public int Count { get; set; }

    /// <summary>Gets the arrays of the numbers; <see langword="null"/> for a column of texts.</summary>
    internal double[]?[] NumberColumns { get; }

    /// <summary>Gets the arrays of the texts; <see langword="null"/> for a column of numbers.</summary>
    internal string?[]?[] TextColumns { get; }

    /// <summary>Determines whether a number is <see cref="Missing"/>.</summary>
    /// <param name="value">The number.</param>
    /// <returns><see langword="true"/> if the number is missing; <see langword="false"/> for every other number and NaN.</returns>
    public static bool IsMissing(double value) => BitConverter.DoubleToInt64Bits(value) == MissingBits;

    /// <summary>Gets the numbers of a column, with room for <see cref="Capacity"/> rows.</summary>
    /// <param name="column">The index of the column.</param>
    /// <returns>The numbers. A missing number is <see cref="Missing"/>.</returns>
    /// <exception cref="InvalidCastException">The values of the column are texts.</exception>
    public Span<double> Numbers(int column) => NumberColumns[column]
        ?? throw new InvalidCastException($"The column '{Columns[column].Name}' contains texts. Read it with {nameof(Texts)}.");

    /// <summary>Gets the texts of a column, with room for <see cref="Capacity"/> rows.</summary>
    /// <param name="column">The index of the column.</param>
    /// <returns>The texts. A missing text is <see langword="null"/>.</returns>
    /// <exception cref="InvalidCastException">The values of the column are numbers.</exception>
    public Span<string?> Texts(int column) => TextColumns[column]
        ?? throw new InvalidCastException($"The column '{Columns[column].Name}' contains numbers. Read it with {nameof(Numbers)}.");
}
