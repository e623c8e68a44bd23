using Microsoft.ML;

namespace MlOps.Datasets;

/// <summary>Reads the rows of ML.NET data views, for example to profile them.</summary>
public static class DataViewRows
{
    /// <summary>Creates a source from the visible columns of a data view.</summary>
    /// <remarks>
    /// Numbers, Booleans (0 or 1), dates (seconds since 1970-01-01 in UTC) and durations (seconds) become columns of numbers. Texts become columns of texts,
    /// and the empty text is a missing value. Keys become the texts of their values, or numbers from 0 if they have no values. A vector <c>Features</c> of
    /// size 2 becomes the columns <c>Features[0]</c> and <c>Features[1]</c>, as an array of a row in a service does. Vectors of variable size, elements after
    /// the first 1,024 and other types, such as images, are not read; <see cref="IRowSource.Warnings"/> names them.
    /// </remarks>
    /// <param name="data">The data, such as the training data of a model or the output of its <c>Transform</c>.</param>
    /// <returns>The source.</returns>
    /// <example>
    /// The baseline of a model, with the features as inputs and the score as output:
    /// <code>
    /// var inputs = data.ToRows().Select("Size", "Rooms");
    /// var outputs = model.Transform(data).ToRows().Select("Score");
    /// var baseline = await Baseline.CreateAsync(inputs, outputs);
    /// </code>
    /// </example>
    public static IRowSource ToRows(this IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new DataViewRowSource(data);
    }
}
