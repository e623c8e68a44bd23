using System.Diagnostics.CodeAnalysis;

namespace MlOps.Datasets;

/// <summary>The type of the values of a column.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "These are the usual names of column types.")]
public enum ColumnType
{
    /// <summary>No values, or a <see cref="ColumnProfile.Fault"/> that prevents the detection of the type.</summary>
    Empty,

    /// <summary>Boolean values.</summary>
    Boolean,

    /// <summary>Integers of at most 64 bits.</summary>
    Integer,

    /// <summary>Decimal or floating-point numbers.</summary>
    Number,

    /// <summary>Calendar dates.</summary>
    Date,

    /// <summary>Dates with a time of day.</summary>
    DateTime,

    /// <summary>Times of day, or durations.</summary>
    Time,

    /// <summary>Text.</summary>
    String,

    /// <summary>Binary data.</summary>
    Binary,

    /// <summary>Lists, maps or structures.</summary>
    Nested,
}
