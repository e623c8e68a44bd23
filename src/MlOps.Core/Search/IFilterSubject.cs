namespace MlOps.Search;

/// <summary>A record that filters look into.</summary>
internal interface IFilterSubject
{
    /// <summary>Finds the values a record has under a key.</summary>
    /// <param name="scope">What the key is the name of.</param>
    /// <param name="key">The key.</param>
    /// <returns>The values: none if it has no such thing, several for what there may be several of.</returns>
    IEnumerable<FilterValue> Find(FilterScope scope, string key);
}
