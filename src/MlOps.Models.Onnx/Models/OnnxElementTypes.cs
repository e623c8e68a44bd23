using System.Numerics;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlOps.Models;

/// <summary>Converts ONNX element types to feature types.</summary>
internal static class OnnxElementTypes
{
    public static FeatureType? Find(TensorElementType element) => element switch
    {
        TensorElementType.Bool => FeatureType.Boolean,
        TensorElementType.Int8 => FeatureType.Int8,
        TensorElementType.Int16 => FeatureType.Int16,
        TensorElementType.Int32 => FeatureType.Int32,
        TensorElementType.Int64 => FeatureType.Int64,
        TensorElementType.UInt8 => FeatureType.UInt8,
        TensorElementType.UInt16 => FeatureType.UInt16,
        TensorElementType.UInt32 => FeatureType.UInt32,
        TensorElementType.UInt64 => FeatureType.UInt64,
        TensorElementType.Float16 => FeatureType.Float16,
        TensorElementType.BFloat16 => FeatureType.BFloat16,
        TensorElementType.Float => FeatureType.Float32,
        TensorElementType.Double => FeatureType.Float64,
        TensorElementType.String => FeatureType.String,
        _ => null,
    };

    public static bool IsFloat(FeatureType type) => type is FeatureType.Float16 or FeatureType.Float32 or FeatureType.Float64;

    public static bool IsNumber(FeatureType type) => IsFloat(type)
        || type is FeatureType.Int8 or FeatureType.Int16 or FeatureType.Int32 or FeatureType.Int64
            or FeatureType.UInt8 or FeatureType.UInt16 or FeatureType.UInt32 or FeatureType.UInt64;

    /// <summary>Gets the size of a number or Boolean in bytes.</summary>
    public static int SizeOf(FeatureType type) => type == FeatureType.Boolean ? sizeof(bool) : Visit<SizeVisitor, int>(type, default);

    /// <summary>Calls a visitor with the .NET type of a numeric feature type.</summary>
    public static TResult Visit<TVisitor, TResult>(FeatureType type, TVisitor visitor)
        where TVisitor : struct, INumberVisitor<TResult> => type switch
        {
            FeatureType.Int8 => visitor.Visit<sbyte>(),
            FeatureType.Int16 => visitor.Visit<short>(),
            FeatureType.Int32 => visitor.Visit<int>(),
            FeatureType.Int64 => visitor.Visit<long>(),
            FeatureType.UInt8 => visitor.Visit<byte>(),
            FeatureType.UInt16 => visitor.Visit<ushort>(),
            FeatureType.UInt32 => visitor.Visit<uint>(),
            FeatureType.UInt64 => visitor.Visit<ulong>(),
            FeatureType.Float16 => visitor.Visit<Half>(),
            FeatureType.Float32 => visitor.Visit<float>(),
            FeatureType.Float64 => visitor.Visit<double>(),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The type is not numeric."),
        };

    private readonly struct SizeVisitor : INumberVisitor<int>
    {
        public int Visit<T>()
            where T : unmanaged, INumberBase<T> => Unsafe.SizeOf<T>();
    }
}
