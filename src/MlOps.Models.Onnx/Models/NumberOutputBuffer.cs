using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The buffer of an output of numbers or Booleans.</summary>
internal sealed class NumberOutputBuffer<TOutput, T>(OnnxTensor tensor, RowWriter<TOutput, T>[] writers, int capacity) : OutputBuffer<TOutput>(tensor)
    where T : unmanaged
{
    private readonly PinnedTensor<T> _memory = new(tensor.Element, capacity * (tensor.Width ?? 0));
    private int _width = checked((int)(tensor.Width ?? 0));
    private T[] _taken = [];

    public override void Take(OrtValue value, int rows)
    {
        _width = RequireShape(value.GetTensorTypeAndShape().Shape, rows, writers);
        _taken = MemoryMarshal.Cast<byte, T>(value.GetTensorMutableRawData()).ToArray();
    }

    public override void Read(ReadOnlySpan<TOutput> rows)
    {
        var values = IsPreallocated ? _memory.Values : _taken;
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var writer in writers)
            {
                writer.Write(rows[i], values.AsSpan(i * _width, _width));
            }
        }
    }

    protected override OrtValue CreateValue(int rows) => _memory.ToValue(Tensor.ShapeOf(rows, _width));
}
