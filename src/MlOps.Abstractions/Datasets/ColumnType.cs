using System.Diagnostics.CodeAnalysis;

namespace MlOps.Datasets;

/// <summary>What the values of a column are.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names that every tool has for the types of columns.")]
public enum ColumnType
{
    /// <summary>There is no value, or the column has a <see cref="ColumnProfile.Fault"/> that hides its type.</summary>
    Empty,

    /// <summary>True and false.</summary>
    Boolean,

    /// <summary>Whole numbers of at most 64 bits.</summary>
    Integer,

    /// <summary>Numbers, whole or not.</summary>
    Number,

    /// <summary>Days of the calendar.</summary>
    Date,

    /// <summary>Moments: a day and a time.</summary>
    DateTime,

    /// <summary>Times of a day, or lengths of time.</summary>
    Time,

    /// <summary>Text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>Lists, maps or structures of other values.</summary>
    Nested,
}
