using MlOps.Datasets;

namespace MlOps.Monitoring;

/// <summary>Encodes rows as vectors of numbers for trees.</summary>
internal static class RowFeatures
{
    /// <summary>The number of the most frequent texts of a column with an indicator each.</summary>
    private const int MaxIndicators = 16;

    /// <summary>The rank and the length of a missing value.</summary>
    private const float Missing = -1;

    /// <summary>Encodes rows.</summary>
    /// <remarks>
    /// <para>
    /// A number is encoded as its rank among the distinct numbers of its column, which trees split as they split the numbers. Infinite and very large numbers,
    /// and small differences of large numbers, are therefore exact in single precision (up to 16,777,216 distinct numbers). A missing number and NaN have the
    /// rank -1, and each has an indicator.
    /// </para>
    /// <para>
    /// A text is encoded as indicators of the 16 most frequent texts, as its rank by frequency, and as its length. A missing text has no indicator, and -1
    /// for the others. No feature is NaN, because FastTree distinguishes missing values poorly. The encoding does not use the groups of the rows.
    /// </para>
    /// </remarks>
    /// <param name="rows">The rows.</param>
    /// <returns>The features, <c>[rows.Count][features]</c>, without constant features.</returns>
    public static float[][] Encode(RowBatch rows)
    {
        float[][] columns =
        [
            .. Enumerable.Range(0, rows.Columns.Count)
                .SelectMany(column =>
                    rows.Columns[column].IsText ? EncodeTexts(rows.Texts(column)[..rows.Count]) : EncodeNumbers(rows.Numbers(column)[..rows.Count]))
                .Where(IsVarying),
        ];
        var encoded = new float[rows.Count][];
        for (var row = 0; row < encoded.Length; row++)
        {
            encoded[row] = Array.ConvertAll(columns, column => column[row]);
        }

        return encoded;
    }

    private static bool IsVarying(float[] feature) => Array.Exists(feature, value => value != feature[0]);

    private static List<float[]> EncodeNumbers(ReadOnlySpan<double> values)
    {
        var numbers = values.ToArray();
        double[] distinct = [.. numbers.Where(static value => !double.IsNaN(value)).Order()];
        var ranks = new Dictionary<double, int>();
        foreach (var value in distinct)
        {
            ranks.TryAdd(value, ranks.Count);
        }

        return
        [
            Array.ConvertAll(numbers, value => double.IsNaN(value) ? Missing : ranks[value]),
            Array.ConvertAll(numbers, static value => RowBatch.IsMissing(value) ? 1f : 0f),
            Array.ConvertAll(numbers, static value => double.IsNaN(value) && !RowBatch.IsMissing(value) ? 1f : 0f),
        ];
    }

    private static List<float[]> EncodeTexts(ReadOnlySpan<string?> values)
    {
        var texts = values.ToArray();
        var ranks = texts.OfType<string>().GroupBy(static text => text, StringComparer.Ordinal)
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static (group, rank) => (group.Key, rank)).ToDictionary(static pair => pair.Key, static pair => pair.rank, StringComparer.Ordinal);
        List<float[]> encoded =
        [
            Array.ConvertAll(texts, text => text is null ? Missing : ranks[text]),
            Array.ConvertAll(texts, static text => text?.Length ?? Missing),
        ];
        for (var rank = 0; rank < Math.Min(MaxIndicators, ranks.Count); rank++)
        {
            encoded.Add(Array.ConvertAll(texts, text => text is not null && ranks[text] == rank ? 1f : 0f));
        }

        return encoded;
    }
}
