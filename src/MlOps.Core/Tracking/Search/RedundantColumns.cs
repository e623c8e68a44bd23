namespace MlOps.Tracking;

/// <summary>Omits the columns of minimums and maximums that equal the column of last values, as for metrics with one value per
/// run.</summary>
internal static class RedundantColumns
{
    private static readonly (string Value, string Step)[] s_extremes =
        [(RunColumns.MetricMinimum, RunColumns.MetricMinimumStep), (RunColumns.MetricMaximum, RunColumns.MetricMaximumStep)];

    /// <summary>Removes the columns that <see cref="Restore"/> adds.</summary>
    public static void Remove(Dictionary<string, NumberColumn> columns)
    {
        foreach (var name in FindNames(columns))
        {
            foreach (var (value, step) in s_extremes)
            {
                if (AreEqual(columns, RunColumns.Metric + name, value + name) && AreEqual(columns, RunColumns.MetricStep + name, step + name))
                {
                    columns.Remove(value + name);
                    columns.Remove(step + name);
                }
            }
        }
    }

    /// <summary>Adds the removed columns. Columns that contain NaN are not restored, because NaN is neither a minimum nor a
    /// maximum.</summary>
    public static void Restore(Dictionary<string, NumberColumn> columns)
    {
        foreach (var name in FindNames(columns))
        {
            foreach (var (value, step) in s_extremes)
            {
                if (!columns.ContainsKey(value + name)
                    && columns.TryGetValue(RunColumns.Metric + name, out var last)
                    && !Array.Exists(last.Values, double.IsNaN))
                {
                    columns.Add(value + name, last);
                    if (columns.TryGetValue(RunColumns.MetricStep + name, out var steps))
                    {
                        columns[step + name] = steps;
                    }
                }
            }
        }
    }

    private static List<string> FindNames(Dictionary<string, NumberColumn> columns) =>
    [
        .. columns.Keys.Where(static key => key.StartsWith(RunColumns.MetricTime, StringComparison.Ordinal))
            .Select(static key => key[RunColumns.MetricTime.Length..]),
    ];

    private static bool AreEqual(Dictionary<string, NumberColumn> columns, string one, string other) =>
        (columns.GetValueOrDefault(one), columns.GetValueOrDefault(other)) switch
        {
            ({ } x, { } y) => x.Values.AsSpan().SequenceEqual(y.Values) && (x.Rows ?? []).AsSpan().SequenceEqual(y.Rows ?? []),
            (null, null) => true,
            _ => false,
        };
}
