using MlOps.Datasets;

namespace MlOps.Validation;

/// <summary>Infers what the rows given to a model may hold from CSV files with the data it was trained on.</summary>
public static class CsvInputSchema
{
    /// <summary>Infers a schema from a file on disk.</summary>
    /// <inheritdoc cref="InferAsync(Stream, string, SchemaInferenceOptions?, CsvTableOptions?, CancellationToken)"/>
    /// <param name="file">The file's path.</param>
    /// <param name="options">What to infer; the default if <see langword="null"/>.</param>
    /// <param name="csv">The dialect of the file; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<InputSchema> InferFileAsync(
        string file, SchemaInferenceOptions? options = null, CsvTableOptions? csv = null, CancellationToken cancellationToken = default)
    {
        var content = File.OpenRead(file);
        await using var _ = content.ConfigureAwait(false);
        return await InferAsync(content, Path.GetFileName(file), options, csv, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Infers a schema from a stream.</summary>
    /// <remarks>
    /// Files and types of columns are as <see cref="CsvTableReader"/> reads them, and <see cref="FeatureSchemaBuilder"/> has the rules of inference. Each row is read once, in bounded memory.
    /// Columns that are no inputs, such as the label, do no harm: features for which the type of the rows has no property are not checked.
    /// </remarks>
    /// <param name="content">The file; it can seek. The caller disposes it.</param>
    /// <param name="path">The file's path, for messages; <c>.tsv</c> has tabs.</param>
    /// <param name="options">What to infer; the default if <see langword="null"/>.</param>
    /// <param name="csv">The dialect of the file; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>A feature for each column that has a name and a value, in the order of the file.</returns>
    /// <exception cref="TableFormatException">The file is not a table; the message says where and what to do.</exception>
    public static async Task<InputSchema> InferAsync(
        Stream content, string path, SchemaInferenceOptions? options = null, CsvTableOptions? csv = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(path);
        var dialect = csv ?? new();
        var format = CsvTable.FormatOf(dialect);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var (_, columns) = await CsvTable.ReadAsync(
            content,
            path,
            dialect,
            (name, _) => names.Add(name)
                ? new CsvFeature(name, options ?? new(), format)
                : throw new TableFormatException($"The header of '{path}' has two columns named '{name}'. Rename one; if there is no header, add one."),
            cancellationToken).ConfigureAwait(false);
        return new InputSchema(columns.Select(static column => column.ToSchema()).OfType<FeatureSchema>());
    }
}
