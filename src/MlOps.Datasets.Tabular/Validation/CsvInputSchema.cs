using MlOps.Datasets;

namespace MlOps.Validation;

/// <summary>Infers the schema of input rows from CSV files with training data.</summary>
/// <example>
/// <code>
/// var registration = new ModelRegistration
/// {
///     Format = "onnx",
///     Files = ["model.onnx"],
///     InputSchema = await CsvInputSchema.InferFileAsync("customers.csv"),
/// };
/// </code>
/// </example>
public static class CsvInputSchema
{
    /// <summary>Infers a schema from a file on disk.</summary>
    /// <inheritdoc cref="InferAsync(Stream, string, SchemaInferenceOptions?, CsvTableOptions?, CancellationToken)"/>
    /// <param name="file">The path of the file.</param>
    /// <param name="options">The options of the inference; <see langword="null"/> for the defaults.</param>
    /// <param name="csv">The dialect of the file; <see langword="null"/> for the default.</param>
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
    /// <see cref="CsvTableReader"/> describes the format of the file and the types of columns, and <see cref="FeatureSchemaBuilder"/> describes the
    /// rules of the inference. Each row is read once, with bounded memory. The file may contain columns that are not inputs, such as the label:
    /// features without a property in the type of the rows are not checked.
    /// </remarks>
    /// <param name="content">The file. The stream must be seekable. The caller disposes it.</param>
    /// <param name="path">The path of the file, for messages. The extension <c>.tsv</c> selects tabs.</param>
    /// <param name="options">The options of the inference; <see langword="null"/> for the defaults.</param>
    /// <param name="csv">The dialect of the file; <see langword="null"/> for the default.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>A feature for each column that has a name and a value, in the order of the file.</returns>
    /// <exception cref="TableFormatException">The file is not a table. The message states the position and the remedy.</exception>
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
                : throw new TableFormatException(
                    $"The header of '{path}' has two columns named '{name}'. Rename one. If the file has no header, add a header."),
            cancellationToken).ConfigureAwait(false);
        return new InputSchema(columns.Select(static column => column.ToSchema()).OfType<FeatureSchema>());
    }
}
