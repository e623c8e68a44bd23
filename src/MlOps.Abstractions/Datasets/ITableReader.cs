namespace MlOps.Datasets;

/// <summary>Reads one tabular file format and computes the profiles of dataset versions: rows, columns, types and summaries.</summary>
/// <remarks>
/// <para>Thread safety: all members are thread-safe, because several files are read at the same time.</para>
/// <para>Memory: memory use is bounded and does not depend on the size of the file.</para>
/// <para>If several readers can read a file, the reader that was registered last reads it.</para>
/// </remarks>
/// <example>
/// A reader for files with one text column:
/// <code>
/// public sealed class LineReader : ITableReader
/// {
///     public string Name => "lines";
///
///     public bool CanRead(string path) => path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);
///
///     public async Task&lt;TableProfile&gt; ReadAsync(Stream content, string path, CancellationToken cancellationToken = default)
///     {
///         using var reader = new StreamReader(content, leaveOpen: true);
///         var rows = 0L;
///         while (await reader.ReadLineAsync(cancellationToken) is not null)
///         {
///             rows++;
///         }
///
///         return new TableProfile { Rows = rows, Columns = [new ColumnProfile { Name = "line", Type = ColumnType.String, Nulls = 0 }] };
///     }
/// }
/// </code>
/// </example>
public interface ITableReader
{
    /// <summary>Gets the name of the file format and profile version, such as <c>csv</c>.</summary>
    /// <value>
    /// A profile is reused by later dataset versions if the content of the file and this name are unchanged. Change the name, for example to <c>csv-2</c>, when
    /// the reader produces different profiles.
    /// </value>
    string Name { get; }

    /// <summary>Determines from the path of a file whether this reader can read it.</summary>
    /// <param name="path">The path of the file in the dataset, such as <c>2026/flights.csv</c>.</param>
    /// <returns><see langword="true"/> if this reader can read the file.</returns>
    bool CanRead(string path);

    /// <summary>Reads a file and computes its profile.</summary>
    /// <param name="content">The file as a seekable stream, at its beginning. The caller disposes it.</param>
    /// <param name="path">The path of the file in the dataset.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The profile of the file.</returns>
    /// <exception cref="TableFormatException">The format of the file is not valid. The version is recorded with this message instead of a profile.</exception>
    Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default);
}
