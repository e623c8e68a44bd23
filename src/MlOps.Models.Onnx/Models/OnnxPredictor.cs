using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace MlOps.Models;

/// <summary>Predicts from objects, with buffers that are bound to the model once.</summary>
internal sealed class OnnxPredictor<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>(
    LoadedOnnxModel model, OnnxMapping<TInput, TOutput> mapping) : IPredictor<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    /// <summary>The maximum number of rows in one call of the model. Larger batches exceed the CPU cache, are slower, and keep more memory allocated.</summary>
    private const int MaxRows = 1024;

    private readonly RowBatch<TInput, TOutput> _single = new(model, mapping, capacity: 1);
    private RowBatch<TInput, TOutput>? _batch;
    private bool _isDisposed;

    public void Predict(TInput input, TOutput output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _single.Predict(new ReadOnlySpan<TInput>(in input), new ReadOnlySpan<TOutput>(in output));
    }

    public void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs)
    {
        RequirePairs(inputs, outputs);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var most = mapping.IsRowByRow ? 1 : MaxRows;
        for (var start = 0; start < inputs.Length; start += most)
        {
            var count = Math.Min(most, inputs.Length - start);
            BatchFor(count).Predict(inputs.Slice(start, count), outputs.Slice(start, count));
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _single.Dispose();
            _batch?.Dispose();
        }
    }

    private RowBatch<TInput, TOutput> BatchFor(int rows)
    {
        if (rows == 1)
        {
            return _single;
        }

        if (_batch is null || _batch.Capacity < rows)
        {
            _batch?.Dispose();
            _batch = null;
            _batch = new RowBatch<TInput, TOutput>(model, mapping, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
        }

        return _batch;
    }

    internal static void RequirePairs(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs)
    {
        if (inputs.Length != outputs.Length)
        {
            throw new ArgumentException($"There are {inputs.Length} inputs but {outputs.Length} outputs. Pass one output for each input.", nameof(outputs));
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null || outputs[i] is null)
            {
                throw new ArgumentException(
                    $"Row {i} is null. Pass an object for each input and each output.", inputs[i] is null ? nameof(inputs) : nameof(outputs));
            }
        }
    }
}
