using Microsoft.ML;

namespace MlOps.Validation;

/// <summary>Infers input schemas from data views of ML.NET.</summary>
public static class DataViewInputSchema
{
    /// <summary>Infers a schema from rows, which never violate it.</summary>
    /// <remarks>
    /// The data is read once, row by row, in bounded memory; <see cref="FeatureInference"/> has the rules. NaN and the empty text are missing values, as for
    /// ML.NET.
    /// </remarks>
    /// <param name="data">The data, such as that a model was trained on.</param>
    /// <param name="options">What to infer; the default if <see langword="null"/>.</param>
    /// <returns>A feature for each visible column of numbers, booleans or texts, or of vectors of such; other columns are left out.</returns>
    /// <exception cref="ArgumentException">No column can be a feature.</exception>
    public static InputSchema InferInputSchema(this IDataView data, InputInferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = data.Schema.Where(static column => !column.IsHidden && ColumnInference.CanInfer(column, withKeys: false)).ToArray();
        if (columns.Length == 0)
        {
            throw new ArgumentException("The data has no column of numbers, booleans or texts to infer a schema from.", nameof(data));
        }

        return Infer(data, columns, options, CancellationToken.None)!;
    }

    /// <summary>Infers a schema of the inputs of a model, including its keys.</summary>
    /// <returns>The schema; <see langword="null"/> if the data contains nothing about the inputs that their types do not specify.</returns>
    internal static InputSchema? InferInputSchema(
        this IDataView data, IEnumerable<string> inputs, InputInferenceOptions? options, CancellationToken cancellationToken)
    {
        var columns = inputs.Select(name => data.Schema[name]).Where(static column => ColumnInference.CanInfer(column, withKeys: true));
        return Infer(data, [.. columns], options, cancellationToken);
    }

    private static InputSchema? Infer(IDataView data, DataViewSchema.Column[] columns, InputInferenceOptions? options, CancellationToken cancellationToken)
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
