using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>The type of one value of a model's input or output.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The types are what it names.")]
public enum FeatureType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed integer of 8 bits.</summary>
    Int8,

    /// <summary>A signed integer of 16 bits.</summary>
    Int16,

    /// <summary>A signed integer of 32 bits.</summary>
    Int32,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64,

    /// <summary>An unsigned integer of 8 bits.</summary>
    UInt8,

    /// <summary>An unsigned integer of 16 bits.</summary>
    UInt16,

    /// <summary>An unsigned integer of 32 bits.</summary>
    UInt32,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UInt64,

    /// <summary>A floating-point number of IEEE 754 binary16.</summary>
    Float16,

    /// <summary>A floating-point number of IEEE 754 binary32, cut to its first 16 bits.</summary>
    BFloat16,

    /// <summary>A floating-point number of IEEE 754 binary32.</summary>
    Float32,

    /// <summary>A floating-point number of IEEE 754 binary64.</summary>
    Float64,

    /// <summary>Text.</summary>
    String,

    /// <summary>A moment in time.</summary>
    DateTime,

    /// <summary>Bytes, such as an image's.</summary>
    Binary,
}
