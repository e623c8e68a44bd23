using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The buffer of an input of strings, which ONNX Runtime stores as UTF-8 in its own memory.</summary>
internal sealed class TextInputBuffer<TInput>(OnnxTensor tensor, RowReader<TInput, string> reader) : InputBuffer<TInput>(tensor)
{
    private RowWidth _width = new(tensor);
    private string[] _row = new string[tensor.Width ?? 0];

    public override bool Measure(TInput first)
    {
        if (!_width.Measure(reader, first))
        {
            return false;
        }

        _row = new string[_width.Value];
        return true;
    }

    public override void Write(ReadOnlySpan<TInput> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            reader.Read(rows[i], _row);
            for (var column = 0; column < _row.Length; column++)
            {
                Value!.StringTensorSetElementAt(_row[column].AsSpan(), (i * _row.Length) + column);
            }
        }
    }

    protected override OrtValue CreateValue(int rows) =>
        OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, Tensor.ShapeOf(rows, _width.Value));
}
