namespace MlOps.Search;

/// <summary>The sort order of records.</summary>
/// <param name="Scope">The scope of the key.</param>
/// <param name="Key">The key.</param>
/// <param name="IsDescending">Whether the order is descending.</param>
internal sealed record FilterOrder(FilterScope Scope, string Key, bool IsDescending)
{
    /// <summary>Parses an order, such as <c>metrics.auc desc</c>.</summary>
    /// <exception cref="ArgumentException">The order is not valid. The message contains the position and the expected text.</exception>
    public static FilterOrder Parse(string order, FilterSchema schema) => new FilterParser(order, schema).ParseOrder();
}
