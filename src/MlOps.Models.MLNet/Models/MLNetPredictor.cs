using Microsoft.ML;

namespace MlOps.Models;

/// <summary>Predicts from objects. The input row is connected to the pipeline once; each prediction replaces its object and reads the outputs.</summary>
internal sealed class MLNetPredictor<TInput, TOutput> : IPredictor<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    private readonly CurrentRow<TInput> _slot = new();
    private readonly InputRow _row;
    private readonly DataViewRow _result;
    private readonly OutputWriter<TOutput>[] _writers;
    private bool _isDisposed;

    public MLNetPredictor(ModelSource source, MLNetPipeline pipeline)
    {
        var mapper = pipeline.CreateMapper();
        var mapping = RowMapping.Create(source, mapper, typeof(TInput), typeof(TOutput));
        _row = new InputRow(mapper.InputSchema);
        foreach (var binding in mapping.Inputs)
        {
            _row.SetGetter(binding.Column.Column, InputGetters.Create(_slot, binding));
        }

        _result = mapper.GetRow(_row, mapping.Outputs.Select(static binding => binding.Column.Column).Distinct());
        _writers = [.. mapping.Outputs.Select(binding => OutputWriters.Create<TOutput>(_result, binding))];
    }

    public void Predict(TInput input, TOutput output)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        _slot.Row = input;
        _row.Advance();
        foreach (var writer in _writers)
        {
            writer.Write(output);
        }
    }

    public void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs)
    {
        if (inputs.Length != outputs.Length)
        {
            throw new ArgumentException($"There are {inputs.Length} inputs but {outputs.Length} outputs. Pass one output for each input.", nameof(outputs));
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            Predict(inputs[i], outputs[i]);
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _result.Dispose();
        }
    }
}
