using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>The data type of a model input or output.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The members are names of data types.")]
public enum FeatureType
{
    /// <summary>A Boolean value.</summary>
    Boolean,

    /// <summary>A signed 8-bit integer.</summary>
    Int8,

    /// <summary>A signed 16-bit integer.</summary>
    Int16,

    /// <summary>A signed 32-bit integer.</summary>
    Int32,

    /// <summary>A signed 64-bit integer.</summary>
    Int64,

    /// <summary>An unsigned 8-bit integer.</summary>
    UInt8,

    /// <summary>An unsigned 16-bit integer.</summary>
    UInt16,

    /// <summary>An unsigned 32-bit integer.</summary>
    UInt32,

    /// <summary>An unsigned 64-bit integer.</summary>
    UInt64,

    /// <summary>An IEEE 754 binary16 floating-point number.</summary>
    Float16,

    /// <summary>A bfloat16 floating-point number: the upper 16 bits of IEEE 754 binary32.</summary>
    BFloat16,

    /// <summary>An IEEE 754 binary32 floating-point number.</summary>
    Float32,

    /// <summary>An IEEE 754 binary64 floating-point number.</summary>
    Float64,

    /// <summary>Text.</summary>
    String,

    /// <summary>A point in time.</summary>
    DateTime,

    /// <summary>Binary data, such as an image.</summary>
    Binary,
}
