using System.Diagnostics;
using MlOps.Datasets;
using MlOps.Monitoring.Windows;
using Parquet.Schema;

namespace MlOps.Monitoring.Predictions;

/// <summary>An open file of the predictions of one version on one day. It is kept in memory until it is complete.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PredictionFile : IDisposable
{
    private const int MaxGroupCharacters = 4 << 20;
    private const int IdLength = 36;
    private static readonly double s_millisecondsPerTick = 1000.0 / Stopwatch.Frequency;

    private readonly PredictionSchema _schema;
    private readonly double _sampleRate;
    private readonly FeatureHasher _hasher;
    private readonly LogColumn<ReadOnlyMemory<char>> _ids = new(LogColumns.Text(LogColumns.Id, isNullable: false));
    private readonly LogColumn<DateTime> _times = new(LogColumns.Timestamp(LogColumns.Time));
    private readonly LogColumn<int> _versions = new(new DataField(LogColumns.Version, typeof(int), isNullable: false));
    private readonly LogColumn<bool> _rejected = new(new DataField(LogColumns.Rejected, typeof(bool), isNullable: false));
    private readonly LogColumn<bool> _flagged = new(new DataField(LogColumns.Flagged, typeof(bool), isNullable: false));
    private readonly LogColumn<double> _latencies = new(LogColumns.Number(LogColumns.Latency));
    private readonly LogColumn<bool> _sampled = new(new DataField(LogColumns.Sampled, typeof(bool), isNullable: false));
    private readonly List<LogColumn> _inputs;
    private readonly List<LogColumn> _outputs;
    private readonly MemoryStream _stream = new();
    private bool[] _isSampled = [];
    private long _characters;
    private LogFile? _file;

    /// <summary>Initializes a new instance of the <see cref="PredictionFile"/> class.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="sampleRate">The share of predictions whose features are logged.</param>
    /// <param name="hasher">Computes the digests of hashed features.</param>
    public PredictionFile(PredictionSchema schema, double sampleRate, FeatureHasher hasher)
    {
        _schema = schema;
        _sampleRate = sampleRate;
        _hasher = hasher;
        _inputs = [.. schema.Logged.Select(index => Create(LogColumns.InputPrefix, schema.Inputs[index], schema.Hashed.Contains(index)))];
        _outputs = [.. schema.Outputs.Select(static column => Create(LogColumns.OutputPrefix, column, isHashed: false))];
    }

    public long Rows => _file?.Rows ?? 0;

    public long Size => _stream.Length;

    /// <summary>Adds rows of a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="start">The first row.</param>
    /// <param name="end">The row after the last row.</param>
    /// <param name="cancellationToken">Cancels the call. The file is not usable afterwards.</param>
    /// <returns>A task that completes when the rows are copied.</returns>
    public async ValueTask AddAsync(ObservedChunk chunk, int start, int end, CancellationToken cancellationToken)
    {
        _file ??= await LogFile.CreateAsync(
            _stream, [_ids, _times, _versions, _rejected, _flagged, _latencies, _sampled, .. _inputs, .. _outputs], cancellationToken).ConfigureAwait(false);
        while (start < end)
        {
            var rows = Math.Min(end - start, _file.GroupSpace);
            Copy(chunk, start, start + rows);
            var isGroupFull = _characters >= MaxGroupCharacters;
            await _file.EndRowsAsync(rows, isGroupFull, cancellationToken).ConfigureAwait(false);
            _characters = isGroupFull ? 0 : _characters;
            start += rows;
        }
    }

    /// <summary>Completes the file.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The content.</returns>
    public async Task<byte[]> CompleteAsync(CancellationToken cancellationToken)
    {
        await _file!.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return _stream.ToArray();
    }

    public void Dispose() => _stream.Dispose();

    private static LogColumn Create(string prefix, RowColumn column, bool isHashed) => column.IsText || isHashed
        ? new LogColumn<ReadOnlyMemory<char>>(LogColumns.Text(prefix + column.Name, isNullable: true))
        : new LogColumn<double>(LogColumns.Number(prefix + column.Name));

    private void Copy(ObservedChunk chunk, int start, int end)
    {
        // One array for the identifiers of all rows, instead of a string for each.
        var ids = new char[(end - start) * IdLength];
        _isSampled = _isSampled.Length < end ? new bool[end] : _isSampled;
        for (var row = start; row < end; row++)
        {
            var id = ids.AsMemory((row - start) * IdLength, IdLength);
            chunk.Ids[row].TryFormat(id.Span, out _);
            var isSampled = chunk.IsRejected[row] || chunk.IsFlagged[row] || PredictionSampler.IsSampled(chunk.Ids[row], _sampleRate);
            _isSampled[row] = isSampled && (_inputs.Count > 0 || _schema.Inputs.Count == 0);
            _ids.Add(id);
            _times.Add(new DateTime(LogColumns.Truncate(chunk.Times[row]), DateTimeKind.Utc));
            _versions.Add(chunk.Version);
            _rejected.Add(chunk.IsRejected[row]);
            _flagged.Add(chunk.IsFlagged[row]);
            Add(_latencies, chunk.LatencyTicks[row] < 0 ? RowBatch.Missing : chunk.LatencyTicks[row] * s_millisecondsPerTick);
            _sampled.Add(_isSampled[row]);
        }

        for (var i = 0; i < _inputs.Count; i++)
        {
            Copy(chunk.Inputs, _schema.Logged[i], _inputs[i], start, end, onlySampled: true);
        }

        for (var i = 0; i < _outputs.Count; i++)
        {
            Copy(chunk.Outputs, i, _outputs[i], start, end, onlySampled: false);
        }
    }

    private void Copy(RowBatch batch, int index, LogColumn column, int start, int end, bool onlySampled)
    {
        if (column is LogColumn<double> numbers)
        {
            var values = batch.Numbers(index);
            for (var row = start; row < end; row++)
            {
                Add(numbers, !onlySampled || _isSampled[row] ? values[row] : RowBatch.Missing);
            }

            return;
        }

        var texts = (LogColumn<ReadOnlyMemory<char>>)column;
        var isHashed = onlySampled && _schema.Hashed.Contains(index);
        for (var row = start; row < end; row++)
        {
            var text = onlySampled && !_isSampled[row] ? null : Text(batch, index, row, isHashed);
            if (text is null)
            {
                texts.AddMissing();
            }
            else
            {
                texts.Add(text.AsMemory());
                _characters += text.Length;
            }
        }
    }

    private string? Text(RowBatch batch, int index, int row, bool isHashed)
    {
        if (batch.Columns[index].IsText)
        {
            var text = batch.Texts(index)[row];
            return text is null || !isHashed ? text : _hasher.Hash(text);
        }

        var number = batch.Numbers(index)[row];
        return RowBatch.IsMissing(number) ? null : _hasher.Hash(number);
    }

    private static void Add(LogColumn<double> column, double value)
    {
        if (RowBatch.IsMissing(value))
        {
            column.AddMissing();
        }
        else
        {
            column.Add(value);
        }
    }
}
