using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>Buffers for a number of rows, bound to the model. They are bound again only if the number of rows or their width changes.</summary>
internal sealed class RowBatch<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput> : IDisposable
    where TInput : class
    where TOutput : class
{
    private readonly LoadedOnnxModel _model;
    private readonly OrtIoBinding _binding;
    private readonly InputBuffer<TInput>[] _inputs;
    private readonly OutputBuffer<TOutput>[] _outputs;
    private readonly bool _measures;
    private readonly bool _takes;
    private int _boundRows;

    public RowBatch(LoadedOnnxModel model, OnnxMapping<TInput, TOutput> mapping, int capacity)
    {
        _model = model;
        _inputs = mapping.CreateInputs(capacity);
        _outputs = mapping.CreateOutputs(capacity);
        _measures = mapping.HasInputsOfAnyWidth;
        _takes = Array.Exists(_outputs, static output => !output.IsPreallocated);
        _binding = model.CreateBinding();
        Capacity = capacity;
    }

    public int Capacity { get; }

    /// <summary>Predicts rows. Their number must not exceed the capacity.</summary>
    public void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs)
    {
        if (_boundRows != inputs.Length || _measures)
        {
            Bind(inputs);
        }

        foreach (var input in _inputs)
        {
            input.Write(inputs);
        }

        if (_model.UsesDevice)
        {
            BindInputs(); // Values are copied to the device when they are bound, not when the model runs.
        }

        _model.Run(_binding);
        if (_takes)
        {
            Take(outputs.Length);
        }

        foreach (var output in _outputs)
        {
            output.Read(outputs);
        }
    }

    public void Dispose()
    {
        _model.DisposeBinding(_binding);
        Array.ForEach(_inputs, static input => input.Dispose());
        Array.ForEach(_outputs, static output => output.Dispose());
    }

    private void Bind(ReadOnlySpan<TInput> inputs)
    {
        var isBound = _boundRows == inputs.Length;
        _boundRows = 0; // If an exception is thrown, the next call must bind again.
        foreach (var input in _inputs)
        {
            isBound &= !input.Measure(inputs[0]);
        }

        if (!isBound)
        {
            foreach (var input in _inputs)
            {
                input.Allocate(inputs.Length);
            }

            BindInputs();
            foreach (var output in _outputs)
            {
                output.Bind(_binding, inputs.Length);
            }
        }

        _boundRows = inputs.Length;
    }

    private void BindInputs()
    {
        foreach (var input in _inputs)
        {
            input.Bind(_binding);
        }
    }

    private void Take(int rows)
    {
        using var values = _binding.GetOutputValues();
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (!_outputs[i].IsPreallocated)
            {
                try
                {
                    _outputs[i].Take(values[i], rows);
                }
                catch (InvalidDataException exception)
                {
                    throw _model.Failed(exception);
                }
            }
        }
    }
}
