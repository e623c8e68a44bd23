using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlOps.Models;

/// <summary>Writes small ONNX models, field by field (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).</summary>
internal static class OnnxWriter
{
    private const int Varint = 0;
    private const int Bytes = 2;

    /// <summary>The domain of operators such as ZipMap.</summary>
    private const string MachineLearning = "ai.onnx.ml";

    /// <summary>Writes a ModelProto.</summary>
    public static byte[] Model(byte[][] nodes, byte[][] inputs, byte[][] outputs, int opset = 13, byte[][]? initializers = null)
    {
        byte[] graph =
        [
            .. nodes.SelectMany(static node => Field(1, node)),
            .. Field(2, "graph"),
            .. (initializers ?? []).SelectMany(static initializer => Field(5, initializer)),
            .. inputs.SelectMany(static input => Field(11, input)),
            .. outputs.SelectMany(static output => Field(12, output)),
        ];
        return [.. Field(1, 8), .. Field(7, graph), .. Field(8, [.. Field(1, ""), .. Field(2, opset)]),
            .. Field(8, [.. Field(1, MachineLearning), .. Field(2, 1)])];
    }

    /// <summary>Writes a NodeProto: an operator with its inputs and outputs.</summary>
    public static byte[] Node(string operation, string[] inputs, string[] outputs, params byte[][] attributes) =>
    [
        .. inputs.SelectMany(static input => Field(1, input)),
        .. outputs.SelectMany(static output => Field(2, output)),
        .. Field(3, $"{operation} {outputs[0]}"),
        .. Field(4, operation),
        .. attributes.SelectMany(static attribute => Field(5, attribute)),
    ];

    /// <summary>Writes an AttributeProto of an integer.</summary>
    public static byte[] Attribute(string name, long value) => [.. Field(1, name), .. Field(3, value), .. Field(20, 2)];

    /// <summary>Writes an AttributeProto of a list of integers.</summary>
    public static byte[] Attributes(string name, params long[] values) =>
        [.. Field(1, name), .. values.SelectMany(static value => Field(8, value)), .. Field(20, 7)];

    /// <summary>Writes a ValueInfoProto: a tensor, with the lengths of its dimensions, -1 for any.</summary>
    public static byte[] Tensor(string name, TensorElementType type, params long[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(static (length, i) => Field(1, length < 0 ? Field(2, $"d{i}") : Field(1, length)))];
        return [.. Field(1, name), .. Field(2, Field(1, [.. Field(1, (long)type), .. Field(2, dimensions)]))];
    }

    /// <summary>Writes a NodeProto: the operator that makes maps from classes to probabilities.</summary>
    public static byte[] ZipMap(string input, string output, params long[] classes) => ZipMap(input, output, Attributes("classlabels_int64s", classes));

    /// <inheritdoc cref="ZipMap(string, string, long[])"/>
    public static byte[] ZipMap(string input, string output, params string[] classes) =>
        ZipMap(input, output, [.. Field(1, "classlabels_strings"), .. classes.SelectMany(static name => Field(9, name)), .. Field(20, 8)]);

    /// <summary>Writes a ValueInfoProto: a sequence of maps to numbers of 32 bits.</summary>
    public static byte[] Maps(string name, TensorElementType key) =>
        [.. Field(1, name), .. Field(2,
            Field(4, Field(1, Field(5, [.. Field(1, (long)key), .. Field(2, Field(1, Field(1, (long)TensorElementType.Float)))]))))];

    /// <summary>Writes a TensorProto of numbers of 32 bits.</summary>
    public static byte[] Initializer(string name, float[] values, params long[] shape) =>
        [.. shape.SelectMany(static length => Field(1, length)), .. Field(2, (long)TensorElementType.Float), .. Field(8, name),
            .. Field(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())];

    /// <summary>Writes a TensorProto of integers of 64 bits.</summary>
    public static byte[] IntegerInitializer(string name, long[] values, params long[] shape) =>
        [.. shape.SelectMany(static length => Field(1, length)), .. Field(2, (long)TensorElementType.Int64), .. Field(8, name),
            .. Field(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())];

    /// <summary>Writes a ValueInfoProto: a sequence of tensors.</summary>
    public static byte[] Sequence(string name, TensorElementType type) => [.. Field(1, name), .. Field(2, Field(4, Field(1, Field(1, Field(1, (long)type)))))];

    /// <summary>Writes a TensorProto whose values lie in another file.</summary>
    public static byte[] ExternalInitializer(string name, string location, long length) =>
    [
        .. Field(1, length),
        .. Field(2, (long)TensorElementType.Float),
        .. Field(8, name),
        .. Field(13, [.. Field(1, "location"), .. Field(2, location)]),
        .. Field(14, 1),
    ];

    private static byte[] ZipMap(string input, string output, byte[] classes) => [.. Node("ZipMap", [input], [output], classes), .. Field(7, MachineLearning)];

    private static byte[] Field(int number, long value) => [.. Number((number << 3) | Varint), .. Number(value)];

    private static byte[] Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int number, byte[] value) => [.. Number((number << 3) | Bytes), .. Number(value.Length), .. value];

    private static IEnumerable<byte> Number(long value)
    {
        var left = (ulong)value;
        for (; left > 0x7F; left >>= 7)
        {
            yield return (byte)(left | 0x80);
        }

        yield return (byte)left;
    }
}
