using System.Globalization;
using System.Runtime.CompilerServices;
using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>Reads outcomes from a table with the columns <c>prediction_id</c>, <c>actual</c> and, optionally, <c>time</c>.</summary>
internal sealed class OutcomeTable
{
    private const string IdColumn = "prediction_id";
    private const string ActualColumn = "actual";
    private const string TimeColumn = "time";

    private readonly IRowSource _source;
    private readonly ImportFaults _faults;
    private readonly int _id;
    private readonly int _actual;
    private readonly int? _time;

    /// <summary>Initializes a new instance of the <see cref="OutcomeTable"/> class.</summary>
    /// <param name="source">The table.</param>
    /// <param name="faults">Receives the rejected rows and the columns that are not read.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public OutcomeTable(IRowSource source, ImportFaults faults)
    {
        _source = source;
        _faults = faults;
        var names = source.Columns.Select(static column => column.Name).ToList();
        _id = Require(names, IdColumn);
        _actual = Require(names, ActualColumn);
        _time = names.IndexOf(TimeColumn) is >= 0 and var time ? time : null;
        foreach (var column in new[] { _id, _time ?? _id })
        {
            if (!source.Columns[column].IsText)
            {
                throw new ArgumentException(
                    $"The column '{names[column]}' of the outcomes contains numbers. Write it as text: UUIDs for '{IdColumn}', times in ISO 8601 for "
                    + $"'{TimeColumn}'.", nameof(source));
            }
        }

        foreach (var name in names.Where(static name => name is not (IdColumn or ActualColumn or TimeColumn)))
        {
            faults.Add($"The column '{name}' of the outcomes was not read. "
                + $"{ColumnNames.Suggest(name, [IdColumn, ActualColumn, TimeColumn])}Rename or remove the column.");
        }
    }

    /// <summary>Reads the outcomes. Rows that are not valid are reported as faults.</summary>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    public async IAsyncEnumerable<Outcome> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        await foreach (var batch in _source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                number++;
                if (TryRead(batch, row, number, out var outcome))
                {
                    yield return outcome;
                }
            }
        }
    }

    private static int Require(List<string> names, string name) => names.IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException(
        $"The outcomes have no column '{name}'. The columns are: {string.Join(", ", names)}. Rename the column with this content to '{name}'.");

    private bool TryRead(RowBatch batch, int row, long number, out Outcome outcome)
    {
        outcome = default;
        var idText = batch.Texts(_id)[row];
        if (!Guid.TryParse(idText, out var id))
        {
            _faults.Reject($"Row {number}: the {IdColumn} is '{idText}', which is not a UUID. The outcome was not recorded.");
            return false;
        }

        DateTimeOffset? time = null;
        if (_time is { } column && batch.Texts(column)[row] is { Length: > 0 } timeText)
        {
            if (!DateTimeOffset.TryParse(timeText, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            {
                _faults.Reject($"Row {number}: the time is '{timeText}'. Write it in ISO 8601, such as '2026-11-30T12:00:00Z'. The outcome was not recorded.");
                return false;
            }

            time = parsed;
        }

        if (batch.Columns[_actual].IsText ? batch.Texts(_actual)[row] is { Length: > 0 } : double.IsFinite(batch.Numbers(_actual)[row]))
        {
            outcome = batch.Columns[_actual].IsText
                ? new Outcome(id, batch.Texts(_actual)[row]!) { Time = time }
                : new Outcome(id, batch.Numbers(_actual)[row]) { Time = time };
            return true;
        }

        _faults.Reject($"Row {number}: the actual value of the prediction '{id}' is missing, NaN or infinite. The outcome was not recorded.");
        return false;
    }
}
