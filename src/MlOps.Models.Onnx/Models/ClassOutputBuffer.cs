using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The buffer of an output of probabilities by class, whose rows are maps.</summary>
internal sealed class ClassOutputBuffer<TOutput>(OnnxTensor tensor, RowWriter<TOutput, float>[] writers) : OutputBuffer<TOutput>(tensor)
{
    private ModelTensor? _taken;

    public override void Take(OrtValue value, int rows)
    {
        _taken = ClassProbabilities.Read(Tensor, value);
        RequireShape(_taken.Shape, rows, writers);
        foreach (var writer in writers)
        {
            writer.Label(_taken.Labels!);
        }
    }

    public override void Read(ReadOnlySpan<TOutput> rows)
    {
        var values = _taken!.AsSpan<float>();
        var width = _taken.Labels!.Count;
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var writer in writers)
            {
                writer.Write(rows[i], values.Slice(i * width, width));
            }
        }
    }

    protected override OrtValue CreateValue(int rows) => throw new NotSupportedException("An output of maps cannot be preallocated.");
}
