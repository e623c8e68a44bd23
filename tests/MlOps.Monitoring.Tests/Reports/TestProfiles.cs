using MlOps.Datasets;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Reports;

/// <summary>Makes profiles of columns.</summary>
internal static class TestProfiles
{
    /// <summary>Makes a profile of columns with the same number of values, which are numbers, texts or null.</summary>
    public static DataProfile Create(DataProfile? baseline, params (string Name, bool IsText, object?[] Values)[] columns)
    {
        var rows = columns[0].Values.Length;
        var batch = new RowBatch([.. columns.Select(static column => new RowColumn(column.Name, column.IsText))], Math.Max(rows, 1)) { Count = rows };
        for (var column = 0; column < columns.Length; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                var value = columns[column].Values[row];
                if (columns[column].IsText)
                {
                    batch.Texts(column)[row] = (string?)value;
                }
                else
                {
                    batch.Numbers(column)[row] = (double?)value ?? RowBatch.Missing;
                }
            }
        }

        var builder = new ProfileBuilder(batch.Columns, baseline);
        builder.Add(batch);
        return builder.ToProfile();
    }
}
