using Parquet.Meta;

namespace MlOps.Datasets;

/// <summary>
/// The meaning of the values of a column that this library converts itself, because the parser does not read the type, or refuses the whole column for one
/// value.
/// </summary>
internal enum ParquetMeaning
{
    /// <summary>The parser converts the values.</summary>
    None,

    /// <summary>Floating-point numbers of 16 bits.</summary>
    Half,

    /// <summary>Days since 1970.</summary>
    Days,

    /// <summary>Milliseconds since 1970.</summary>
    Milliseconds,

    /// <summary>Microseconds since 1970.</summary>
    Microseconds,

    /// <summary>Nanoseconds since 1970.</summary>
    Nanoseconds,
}

/// <summary>Takes the meaning of columns from a schema.</summary>
internal static class ParquetMeanings
{
    /// <summary>Removes the types that this library converts itself from a schema, such that the parser returns the stored values.</summary>
    /// <param name="schema">The elements of the schema, which are changed.</param>
    /// <returns>The meaning of each column, in the order of the columns.</returns>
    public static IReadOnlyList<ParquetMeaning> TakeFrom(IEnumerable<SchemaElement> schema) =>
        [.. schema.Where(static element => (element.NumChildren ?? 0) == 0).Select(Take)];

    private static ParquetMeaning Take(SchemaElement element)
    {
        var meaning = element.Type switch
        {
            Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY when element is { LogicalType.FLOAT16: not null, TypeLength: 2 } => ParquetMeaning.Half,
            Parquet.Meta.Type.INT32 when element is { LogicalType.DATE: not null } or { ConvertedType: ConvertedType.DATE } => ParquetMeaning.Days,
            Parquet.Meta.Type.INT64 when element is { LogicalType.TIMESTAMP.Unit.NANOS: not null } => ParquetMeaning.Nanoseconds,
            Parquet.Meta.Type.INT64 when element is { LogicalType.TIMESTAMP.Unit.MICROS: not null } or { ConvertedType: ConvertedType.TIMESTAMP_MICROS } =>
                ParquetMeaning.Microseconds,
            Parquet.Meta.Type.INT64 when element is { LogicalType.TIMESTAMP.Unit.MILLIS: not null } or { ConvertedType: ConvertedType.TIMESTAMP_MILLIS } =>
                ParquetMeaning.Milliseconds,
            _ => ParquetMeaning.None,
        };
        if (meaning != ParquetMeaning.None)
        {
            (element.LogicalType, element.ConvertedType) = (null, null);
        }

        return meaning;
    }
}
