using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The buffer of an input of numbers or Booleans.</summary>
internal sealed class NumberInputBuffer<TInput, T> : InputBuffer<TInput>
    where T : unmanaged
{
    private readonly RowReader<TInput, T> _reader;
    private readonly int _capacity;
    private RowWidth _width;
    private PinnedTensor<T> _memory;

    public NumberInputBuffer(OnnxTensor tensor, RowReader<TInput, T> reader, int capacity)
        : base(tensor)
    {
        _reader = reader;
        _capacity = capacity;
        _width = new RowWidth(tensor);
        _memory = Allocate();
    }

    public override bool Measure(TInput first)
    {
        if (!_width.Measure(_reader, first))
        {
            return false;
        }

        _memory = Allocate();
        return true;
    }

    public override void Write(ReadOnlySpan<TInput> rows)
    {
        var (values, width) = (_memory.Values, _width.Value);
        for (var i = 0; i < rows.Length; i++)
        {
            _reader.Read(rows[i], values.AsSpan(i * width, width));
        }
    }

    protected override OrtValue CreateValue(int rows) => _memory.ToValue(Tensor.ShapeOf(rows, _width.Value));

    private PinnedTensor<T> Allocate() => new(Tensor.Element, (long)_capacity * _width.Value);
}
