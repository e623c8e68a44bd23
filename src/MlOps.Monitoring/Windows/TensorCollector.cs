using MlOps.Models;
using MlOps.Serving;

namespace MlOps.Monitoring.Windows;

/// <summary>Copies observed tensors of one version into chunks. Each row of the tensors becomes a row, and the rows of a call share its identifier.</summary>
internal sealed class TensorCollector(
    ObservedVersion version, Func<TensorLayout, TensorLayout, ObservedRows?> start, RowClock clock) : ITensorObserver
{
    private readonly ChunkSlot _slot = new();
    private readonly Lock _lock = new();
    private bool _isStarted;
    private ObservedRows? _rows;
    private TensorLayout? _inputs;
    private TensorLayout? _outputs;

    public void Observe(
        IReadOnlyDictionary<string, ModelTensor> inputs, in Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction, long elapsedTicks)
    {
        var outputs = prediction.IsRejected ? null : prediction.Output;
        var count = TensorLayout.CountRows(version.Signature.Inputs, inputs);
        if (count == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (!_isStarted)
            {
                _isStarted = true;
                _inputs = new TensorLayout(version.Signature.Inputs, inputs, count);
                _outputs = new TensorLayout(version.Signature.Outputs, outputs, count);
                _rows = start(_inputs, _outputs);
                _rows?.Add(_slot);
            }

            if (_rows is { } rows)
            {
                for (var row = 0; row < count; row++)
                {
                    Add(rows, inputs, outputs, row, count, in prediction, row == 0 ? elapsedTicks / count : -1);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _rows?.Remove(_slot);
        }
    }

    private void Add(
        ObservedRows rows,
        IReadOnlyDictionary<string, ModelTensor> inputs,
        IReadOnlyDictionary<string, ModelTensor>? outputs,
        int row,
        int count,
        in Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction,
        long elapsedTicks)
    {
        var chunk = _slot.Begin();
        try
        {
            chunk ??= rows.TryRent();
            if (chunk is null)
            {
                rows.Drop(1);
                return;
            }

            var index = chunk.Count;
            _inputs!.Write(inputs, row, count, chunk.Inputs, index);
            if (outputs is null)
            {
                chunk.SetOutputsMissing(index);
            }
            else
            {
                _outputs!.Write(outputs, row, count, chunk.Outputs, index);
            }

            chunk.Ids[index] = prediction.Id;
            chunk.Times[index] = clock.Ticks;
            chunk.LatencyTicks[index] = elapsedTicks;
            chunk.IsRejected[index] = outputs is null;
            chunk.IsFlagged[index] = outputs is not null && prediction.Violations.Count > 0;
            chunk.Count = index + 1;
            if (chunk.Count == chunk.Capacity)
            {
                rows.Enqueue(chunk);
                chunk = null;
            }
        }
        finally
        {
            _slot.End(chunk);
        }
    }
}
