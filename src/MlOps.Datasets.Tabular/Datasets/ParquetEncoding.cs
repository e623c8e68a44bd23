using Parquet.Meta;

namespace MlOps.Datasets;

/// <summary>The encodings of values that this package converts, because the parser does not support the type or rejects the column for a single
/// value.</summary>
internal enum ParquetEncoding
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

/// <summary>Determines the encodings of the columns of a schema.</summary>
internal static class ParquetEncodings
{
    /// <summary>Removes the types that this package converts from a schema, so that the parser returns the stored values.</summary>
    /// <param name="schema">The elements of the schema, which are modified.</param>
    /// <returns>The encoding of each column, in the order of the columns.</returns>
    public static IReadOnlyList<ParquetEncoding> TakeFrom(IEnumerable<SchemaElement> schema) =>
        [.. schema.Where(static element => (element.NumChildren ?? 0) == 0).Select(Take)];

    private static ParquetEncoding Take(SchemaElement element)
    {
        var encoding = element.Type switch
        {
            Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY when element is { LogicalType.FLOAT16: not null, TypeLength: 2 } => ParquetEncoding.Half,
            Parquet.Meta.Type.INT32 when element is { LogicalType.DATE: not null } or { ConvertedType: ConvertedType.DATE } => ParquetEncoding.Days,
            Parquet.Meta.Type.INT64 when element is { LogicalType.TIMESTAMP.Unit.NANOS: not null } => ParquetEncoding.Nanoseconds,
            Parquet.Meta.Type.INT64 when element is { LogicalType.TIMESTAMP.Unit.MICROS: not null } or { ConvertedType: ConvertedType.TIMESTAMP_MICROS } =>
                ParquetEncoding.Microseconds,
            Parquet.Meta.Type.INT64 when element is { LogicalType.TIMESTAMP.Unit.MILLIS: not null } or { ConvertedType: ConvertedType.TIMESTAMP_MILLIS } =>
                ParquetEncoding.Milliseconds,
            _ => ParquetEncoding.None,
        };
        if (encoding != ParquetEncoding.None)
        {
            (element.LogicalType, element.ConvertedType) = (null, null);
        }

        return encoding;
    }
}
