using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>The columns of a dataset that is made from predictions of files with different columns.</summary>
/// <param name="actualColumn">The name of the column of the outcomes.</param>
internal sealed class DatasetColumns(string actualColumn)
{
    private const string Id = "prediction_id";
    private readonly Dictionary<string, bool> _isText = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private bool _isActualText;

    /// <summary>Gets the number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds the columns of a batch. A column that is text in one file and a number in another becomes text.</summary>
    public void Add(JoinedPredictions batch, Func<int, bool> isUsed)
    {
        for (var row = 0; row < batch.Predictions.Count; row++)
        {
            if (isUsed(row))
            {
                Rows++;
                _isActualText |= batch.ActualTexts[row] is not null;
            }
        }

        foreach (var (name, isText) in Columns(batch.Predictions))
        {
            if (_isText.TryAdd(name, isText))
            {
                _names.Add(name);
            }
            else
            {
                _isText[name] |= isText;
            }
        }
    }

    /// <summary>Creates the columns of the file, and a function that adds a row to them.</summary>
    /// <exception cref="ArgumentException">A feature has the name of another column.</exception>
    public (IReadOnlyList<LogColumn> Columns, Action<JoinedPredictions, int> Add) Create()
    {
        foreach (var name in new[] { Id, LogColumns.Time, LogColumns.Version, LogColumns.Flagged, actualColumn })
        {
            if (_isText.ContainsKey(name))
            {
                throw new ArgumentException($"The model has a feature named '{name}', which is also the name of another column of the dataset. "
                    + "Rename the feature, or pass another name for the column of the outcomes.");
            }
        }

        var ids = new LogColumn<ReadOnlyMemory<char>>(LogColumns.Text(Id, isNullable: false));
        var times = new LogColumn<DateTime>(LogColumns.Timestamp(LogColumns.Time));
        var versions = new LogColumn<int>(new(LogColumns.Version, typeof(int), isNullable: false));
        var flagged = new LogColumn<bool>(new(LogColumns.Flagged, typeof(bool), isNullable: false));
        var values = _names.ToDictionary(static name => name, name => Create(name, _isText[name]), StringComparer.Ordinal);
        var actuals = Create(actualColumn, _isActualText);
        return ([ids, times, versions, flagged, .. _names.Select(name => values[name]), actuals], Add);

        void Add(JoinedPredictions batch, int row)
        {
            var rows = batch.Predictions;
            ids.Add(rows.Ids[row].ToString().AsMemory());
            times.Add(new DateTime(rows.Times[row], DateTimeKind.Utc));
            versions.Add(rows.Versions[row]);
            flagged.Add(rows.IsFlagged[row]);
            var missing = new HashSet<string>(_names, StringComparer.Ordinal);
            AddAll(rows.Inputs, "", row, values, missing);
            AddAll(rows.Outputs, LogColumns.OutputPrefix, row, values, missing);
            foreach (var name in missing)
            {
                AddValue(values[name], null, RowBatch.Missing);
            }

            AddValue(actuals, batch.ActualTexts[row], batch.ActualNumbers[row]);
        }
    }

    private static IEnumerable<(string Name, bool IsText)> Columns(LoggedPredictions rows) =>
        rows.Inputs.Columns.Select(static column => (column.Name, column.IsText))
            .Concat(rows.Outputs.Columns.Select(static column => (LogColumns.OutputPrefix + column.Name, column.IsText)));

    private static LogColumn Create(string name, bool isText) => isText
        ? new LogColumn<ReadOnlyMemory<char>>(LogColumns.Text(name, isNullable: true))
        : new LogColumn<double>(LogColumns.Number(name));

    private static void AddAll(RowBatch batch, string prefix, int row, Dictionary<string, LogColumn> values, HashSet<string> missing)
    {
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            // A file that was written after the columns were determined may have another column. It does not belong to the dataset.
            var name = prefix + batch.Columns[i].Name;
            if (missing.Remove(name))
            {
                var isText = batch.Columns[i].IsText;
                AddValue(values[name], isText ? batch.Texts(i)[row] : null, isText ? RowBatch.Missing : batch.Numbers(i)[row]);
            }
        }
    }

    private static void AddValue(LogColumn column, string? text, double number)
    {
        if (column is LogColumn<ReadOnlyMemory<char>> texts)
        {
            text ??= RowBatch.IsMissing(number) ? null : number.ToString("R", CultureInfo.InvariantCulture);
            if (text is null)
            {
                texts.AddMissing();
            }
            else
            {
                texts.Add(text.AsMemory());
            }
        }
        else if (text is not null)
        {
            throw new InvalidOperationException(
                $"The column '{column.Field.Name}' received a text after its type had been determined as a number. Create the dataset again.");
        }
        else if (RowBatch.IsMissing(number))
        {
            ((LogColumn<double>)column).AddMissing();
        }
        else
        {
            ((LogColumn<double>)column).Add(number);
        }
    }
}
