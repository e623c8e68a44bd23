using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Reads outcomes from a column of the rows.</summary>
internal static class LabelColumn
{
    /// <summary>Reads the outcomes of a batch.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="options">The settings that name the column.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="actuals">The buffer, which grows as needed.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">There is no such column.</exception>
    public static void Read(QualityColumns columns, QualityOptions options, RowBatch rows, ref ActualValue[] actuals)
    {
        var label = columns.Find(options.Label);
        if (label < 0)
        {
            throw columns.Missing(nameof(options.Label), options.Label);
        }

        if (actuals.Length < rows.Count)
        {
            actuals = new ActualValue[rows.Capacity];
        }

        for (var i = 0; i < rows.Count; i++)
        {
            actuals[i] = columns.IsText(label) ? ActualValue.From(rows.Texts(label)[i]) : ActualValue.From(rows.Numbers(label)[i]);
        }
    }
}
