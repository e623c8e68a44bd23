namespace MlOps.Datasets;

/// <summary>Reads one format of tabular files for the profiles that a dataset's versions record: rows, columns, types and summaries.</summary>
/// <remarks>
/// <para>Thread safety: several files are read at a time, so every member may be called from any thread.</para>
/// <para>Memory: bounded, whatever the size of the file. A file is read from its beginning to its end, or by parts of it.</para>
/// <para>Of several readers that can read a file, the one registered last reads it.</para>
/// </remarks>
public interface ITableReader
{
    /// <summary>Gets the name of the format and of what is recorded of it, such as <c>csv</c>.</summary>
    /// <value>
    /// A profile is carried over from version to version while a file's bytes and this name stay the same. So change the name, say to <c>csv-2</c>, when the
    /// reader comes to record something else of the same file.
    /// </value>
    string Name { get; }

    /// <summary>Tells from a file's path whether this reader is for it.</summary>
    /// <param name="path">The file's path in the dataset, such as <c>2026/flights.csv</c>.</param>
    /// <returns><see langword="true"/> if it is.</returns>
    bool CanRead(string path);

    /// <summary>Reads a whole file.</summary>
    /// <param name="content">The file, at its beginning; it can seek. The caller disposes it.</param>
    /// <param name="path">The file's path in the dataset.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What the file holds.</returns>
    /// <exception cref="TableFormatException">The file is not of the format; the version is recorded nevertheless, with the message in place of a profile.</exception>
    Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default);
}
