namespace MlOps.Search;

/// <summary>The type of the values of a key.</summary>
internal enum FilterType
{
    /// <summary>Text, which can also be compared with numbers if it is a number.</summary>
    Any,

    Text,

    Number,

    /// <summary>A time: the number of milliseconds since 1970-01-01 UTC, or text in ISO 8601 format.</summary>
    Time,
}
