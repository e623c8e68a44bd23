namespace MlOps.Datasets;

/// <summary>Reads the rows of CSV and Parquet files, for example to profile them.</summary>
/// <remarks>
/// Numbers, Booleans (0 or 1), dates and times (seconds since 1970-01-01 in UTC) become columns of numbers. Texts become columns of texts, and so do CSV
/// columns that mix types. A CSV column without any value is a column of numbers. Binary and nested columns are not read;
/// <see cref="IRowSource.Warnings"/> names them.
/// </remarks>
/// <example>
/// <code>
/// var rows = await TableRows.OpenFileAsync("customers.csv");
/// var inputs = rows.Without("churned");
/// </code>
/// </example>
public static class TableRows
{
    /// <summary>Opens a file on disk.</summary>
    /// <param name="file">The path of the file, with the extension <c>.csv</c>, <c>.tsv</c> or <c>.parquet</c>.</param>
    /// <param name="csv">The dialect of a CSV file; <see langword="null"/> for the default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The rows. The file is opened again each time that they are read.</returns>
    /// <exception cref="TableFormatException">The file is not a table, is cut short, or has another extension.</exception>
    public static Task<IRowSource> OpenFileAsync(string file, CsvTableOptions? csv = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return OpenAsync(_ => Task.FromResult<Stream>(File.OpenRead(file)), Path.GetFileName(file), csv, cancellationToken);
    }

    /// <summary>Opens a file of any origin, such as a file of a dataset.</summary>
    /// <remarks>The header and the types of a CSV file are determined now, which reads the file once.</remarks>
    /// <param name="open">Opens the file as a seekable stream, which the library disposes. It is called each time that the rows are read.</param>
    /// <param name="path">The path of the file, for its format and for messages.</param>
    /// <param name="csv">The dialect of a CSV file; <see langword="null"/> for the default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="TableFormatException">The file is not a table, is cut short, or has another extension.</exception>
    public static async Task<IRowSource> OpenAsync(
        Func<CancellationToken, Task<Stream>> open, string path, CsvTableOptions? csv = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(path);
        if (new ParquetTableReader().CanRead(path))
        {
            return await ParquetRowSource.OpenAsync(open, path, cancellationToken).ConfigureAwait(false);
        }

        var reader = new CsvTableReader(csv);
        return reader.CanRead(path)
            ? await CsvRowSource.OpenAsync(open, path, csv ?? new(), reader, cancellationToken).ConfigureAwait(false)
            : throw new TableFormatException($"'{path}' has no extension of a table. Use .csv, .tsv or .parquet.");
    }
}
