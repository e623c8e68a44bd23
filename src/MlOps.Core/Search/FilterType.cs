namespace MlOps.Search;

/// <summary>What a key can be compared with.</summary>
internal enum FilterType
{
    /// <summary>Text, and numbers where it is one.</summary>
    Any,

    Text,

    Number,

    /// <summary>A number of milliseconds since 1970 in UTC, or text in ISO 8601.</summary>
    Time,
}
