namespace MlOps.Search;

/// <summary>What records are ordered by.</summary>
/// <param name="Scope">What the key is the name of.</param>
/// <param name="Key">The key.</param>
/// <param name="IsDescending">Whether the greatest comes first.</param>
internal sealed record FilterOrder(FilterScope Scope, string Key, bool IsDescending)
{
    /// <summary>Reads an order, such as <c>metrics.auc desc</c>.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says where and what is expected there.</exception>
    public static FilterOrder Parse(string order, FilterSchema schema) => new FilterParser(order, schema).ParseOrder();
}
