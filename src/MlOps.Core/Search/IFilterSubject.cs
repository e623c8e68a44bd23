namespace MlOps.Search;

/// <summary>A record to which filters can be applied.</summary>
internal interface IFilterSubject
{
    /// <summary>Finds the values of a key.</summary>
    /// <param name="scope">The scope of the key.</param>
    /// <param name="key">The key.</param>
    /// <returns>The values. Empty if the record does not have the key; several if the key can have several values.</returns>
    IEnumerable<FilterValue> Find(FilterScope scope, string key);
}
