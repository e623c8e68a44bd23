using System.Text.Json;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Creates rows for the tests of quality.</summary>
internal static class Rows
{
    public static RowBatch Of(params (string Name, Array Values)[] columns)
    {
        var batch = new RowBatch([.. columns.Select(static column => new RowColumn(column.Name, column.Values is string?[]))], columns[0].Values.Length)
        {
            Count = columns[0].Values.Length,
        };
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Values is string?[] texts)
            {
                texts.CopyTo(batch.Texts(i));
            }
            else
            {
                ((double[])columns[i].Values).CopyTo(batch.Numbers(i));
            }
        }

        return batch;
    }

    public static ActualValue[] Actuals(params double[] values) => [.. values.Select(ActualValue.From)];

    public static ActualValue[] Actuals(params string?[] values) => [.. values.Select(ActualValue.From)];

    public static QualityResult Evaluate(QualityOptions options, RowBatch rows, ActualValue[] actuals, byte[]? calibration = null)
    {
        var evaluator = new QualityEvaluator(options, rows.Columns, calibration);
        evaluator.Add(rows, actuals);
        return evaluator.ToResult(rows.Count);
    }

    /// <summary>Reads the probabilities, predicted labels and labels of scikit-learn for the test rows of a model.</summary>
    public static (double[][] Probabilities, double[] Predicted, double[] Labels) OfModel(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", $"{name}.expected.json")));
        var expected = document.RootElement.GetProperty("expected");
        return (
            [.. expected.GetProperty("probabilities").EnumerateArray().Select(Numbers)],
            Numbers(expected.GetProperty("label")),
            Numbers(document.RootElement.GetProperty("labels")));

        static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(static number => number.GetDouble())];
    }
}
