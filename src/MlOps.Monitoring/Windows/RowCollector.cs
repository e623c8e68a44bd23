using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MlOps.Providers;
using MlOps.Serving;
using MlOps.Validation;

namespace MlOps.Monitoring.Windows;

/// <summary>Copies observed rows of one predictor into chunks. The observation of a row allocates no memory and never waits.</summary>
internal sealed class RowCollector<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>(RowTarget<TInput, TOutput> target, RowClock clock)
    : IRowObserver<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    private readonly ChunkSlot _slot = new();
    private ObservedRows? _rows;
    private RowWriter<TInput>? _inputs;
    private RowWriter<TOutput>? _outputs;

    public void Observe(TInput input, in Prediction<TOutput> prediction, long elapsedTicks)
    {
        if (_rows is not { } rows && !TryStart(input, in prediction, out rows))
        {
            return;
        }

        var chunk = _slot.Begin();
        try
        {
            chunk ??= rows.TryRent();
            if (chunk is null)
            {
                rows.Drop(1);
                return;
            }

            var row = chunk.Count;
            _inputs!.Write(input, chunk.Inputs, row);
            var isRejected = prediction.IsRejected;
            if (isRejected)
            {
                chunk.SetOutputsMissing(row);
            }
            else
            {
                _outputs!.Write(prediction.Output, chunk.Outputs, row);
            }

            chunk.Ids[row] = prediction.Id;
            chunk.Times[row] = clock.Ticks;
            chunk.LatencyTicks[row] = elapsedTicks;
            chunk.IsRejected[row] = isRejected;

            // An interface call on an array takes longer than the type check.
            chunk.IsFlagged[row] = !isRejected && prediction.Violations is not InputViolation[] { Length: 0 };
            chunk.Count = row + 1;
            if (chunk.Count == chunk.Capacity)
            {
                rows.Enqueue(chunk);
                chunk = null;
            }
        }
        catch
        {
            rows.Drop(1);
            throw;
        }
        finally
        {
            _slot.End(chunk);
        }
    }

    public void Dispose() => _rows?.Remove(_slot);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryStart(TInput input, in Prediction<TOutput> prediction, [NotNullWhen(true)] out ObservedRows? rows)
    {
        if (!target.TryStart(input, prediction.IsRejected ? null : prediction.Output, out rows, out _inputs, out _outputs))
        {
            return false;
        }

        rows.Add(_slot);
        _rows = rows;
        return true;
    }
}
