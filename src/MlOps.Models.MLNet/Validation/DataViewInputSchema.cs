using Microsoft.ML;

namespace MlOps.Validation;

/// <summary>Infers input schemas from ML.NET data views.</summary>
public static class DataViewInputSchema
{
    /// <summary>Infers a schema from a data view. The rows do not violate the inferred schema.</summary>
    /// <remarks>
    /// The data is read once, row by row, and memory use is bounded. <see cref="FeatureSchemaBuilder"/> describes the rules. As in ML.NET, NaN and the empty
    /// text are missing values.
    /// </remarks>
    /// <param name="data">The data, such as the training data of a model.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>A schema with a feature for each visible column of numbers, Booleans or texts, or of vectors of these. Other columns are omitted.</returns>
    /// <exception cref="ArgumentException">The data has no column of a supported type.</exception>
    /// <example>
    /// <code>
    /// var data = ml.Data.LoadFromTextFile&lt;Flower&gt;("iris.csv", separatorChar: ',', hasHeader: true);
    /// File.WriteAllText(InputSchema.FileName, data.InferInputSchema().ToJson());
    /// </code>
    /// </example>
    public static InputSchema InferInputSchema(this IDataView data, SchemaInferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = data.Schema.Where(static column => !column.IsHidden && ColumnInference.CanInfer(column, withKeys: false)).ToArray();
        if (columns.Length == 0)
        {
            throw new ArgumentException(
                "The data has no column of numbers, Booleans or texts to infer a schema from. Pass data with such columns.", nameof(data));
        }

        return Infer(data, columns, options, CancellationToken.None)!;
    }

    /// <summary>Infers the schema of the inputs of a model, including keys.</summary>
    /// <returns>The schema, or <see langword="null"/> if no column is a feature, for example if all inputs are keys without missing values.</returns>
    internal static InputSchema? InferInputSchema(
        this IDataView data, IEnumerable<string> inputs, SchemaInferenceOptions? options, CancellationToken cancellationToken)
    {
        var columns = inputs.Select(name => data.Schema[name]).Where(static column => ColumnInference.CanInfer(column, withKeys: true));
        return Infer(data, [.. columns], options, cancellationToken);
    }

    private static InputSchema? Infer(IDataView data, DataViewSchema.Column[] columns, SchemaInferenceOptions? options, CancellationToken cancellationToken)
    {
        ColumnInference[] inferences;
        using (var cursor = data.GetRowCursor(columns))
        {
            inferences = Array.ConvertAll(columns, column => new ColumnInference(cursor, column, options));
            while (cursor.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Array.ForEach(inferences, static inference => inference.AddRow());
            }
        }

        var features = inferences.Select(static inference => inference.ToSchema()).OfType<FeatureSchema>().ToArray();
        return features.Length == 0 ? null : new InputSchema(features);
    }
}
