using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The buffer of an output of strings. Each prediction allocates new strings.</summary>
internal sealed class TextOutputBuffer<TOutput>(OnnxTensor tensor, RowWriter<TOutput, string>[] writers) : OutputBuffer<TOutput>(tensor)
{
    private int _width;
    private string[] _taken = [];

    public override void Take(OrtValue value, int rows)
    {
        _width = RequireShape(value.GetTensorTypeAndShape().Shape, rows, writers);
        _taken = value.GetStringTensorAsArray();
    }

    public override void Read(ReadOnlySpan<TOutput> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var writer in writers)
            {
                writer.Write(rows[i], _taken.AsSpan(i * _width, _width));
            }
        }
    }

    protected override OrtValue CreateValue(int rows) => throw new NotSupportedException("An output of strings cannot be preallocated.");
}
