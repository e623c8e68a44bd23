using MlOps.Datasets;

namespace MlOps.Records.Stores;

/// <summary>Profiles each CSV file as the same table, with a column of each type; fails for <c>broken.csv</c>.</summary>
internal sealed class SampleTables : ITableReader
{
    public string Name => "sample";

    public bool CanRead(string path) => path.EndsWith(".csv", StringComparison.Ordinal);

    public Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default) =>
        path.EndsWith("broken.csv", StringComparison.Ordinal) ? throw new TableFormatException("Line 2 has 3 columns.") : Task.FromResult(new TableProfile
        {
            Rows = 5,
            Columns =
            [
                new ColumnProfile { Name = "nothing", Type = ColumnType.Empty, Nulls = 5 },
                new ColumnProfile { Name = "late", Type = ColumnType.Boolean, Nulls = 1, Distinct = 2 },
                new ColumnProfile { Name = "delay", Type = ColumnType.Integer, Nulls = 0, Distinct = 4, Minimum = -3, Maximum = 90, Mean = 17.25,
                    StandardDeviation = 12.5 },
                new ColumnProfile { Name = "price", Type = ColumnType.Number, Nulls = 0, NaNs = 2, Minimum = 0.5, Maximum = 1e300 },
                new ColumnProfile { Name = "day", Type = ColumnType.Date, Nulls = 0, Earliest = Day(1), Latest = Day(5) },
                new ColumnProfile { Name = "departure", Type = ColumnType.DateTime, Nulls = 0, Earliest = Day(1), Latest = Day(5) },
                new ColumnProfile { Name = "clock", Type = ColumnType.Time, Nulls = 0 },
                new ColumnProfile { Name = "carrier", Type = ColumnType.String, Nulls = 0, Distinct = 3, Shortest = 2, Longest = 7 },
                new ColumnProfile { Name = "photo", Type = ColumnType.Binary, Nulls = 4, Shortest = 10, Longest = 10 },
                new ColumnProfile { Name = "legs", Type = ColumnType.Nested, Nulls = 0 },
            ],
        });

    private static DateTimeOffset Day(int day) => new(2025, 1, day, 0, 0, 0, TimeSpan.Zero);
}
