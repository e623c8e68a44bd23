using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlOps.Models;

/// <summary>Values in pinned memory, which ONNX Runtime reads and writes without copying.</summary>
/// <remarks>An <see cref="OrtValue"/> created from it is valid while this object is reachable.</remarks>
internal sealed class PinnedTensor<T>(TensorElementType element, long length)
    where T : unmanaged
{
    private readonly nint _size = checked((nint)(length * Unsafe.SizeOf<T>()));

    public T[] Values { get; } = GC.AllocateArray<T>(checked((int)Math.Max(1, length)), pinned: true);

    public OrtValue ToValue(long[] shape)
    {
        var size = Unsafe.SizeOf<T>() * shape.Aggregate(1L, static (product, length) => product * length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _size);
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, element, shape, Marshal.UnsafeAddrOfPinnedArrayElement(Values, 0), size);
    }
}
