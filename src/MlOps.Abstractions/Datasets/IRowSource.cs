namespace MlOps.Datasets;

/// <summary>Reads rows in batches, such as the rows of a file, a collection or an <c>IDataView</c>.</summary>
/// <remarks>Not thread-safe. Each call of <see cref="ReadAsync"/> reads the rows from the beginning.</remarks>
/// <example>
/// <code>
/// await foreach (var batch in source.ReadAsync(cancellationToken))
/// {
///     var prices = batch.Numbers(0)[..batch.Count];
/// }
/// </code>
/// </example>
public interface IRowSource
{
    /// <summary>Gets the columns.</summary>
    IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>Gets the columns and values that are not read, each with the reason and the remedy.</summary>
    /// <value>The default is none. Some values are known only after the rows were read.</value>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Reads the rows.</summary>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The batches. A batch is valid until the next one is requested.</returns>
    IAsyncEnumerable<RowBatch> ReadAsync(CancellationToken cancellationToken = default);
}
