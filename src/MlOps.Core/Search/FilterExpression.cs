namespace MlOps.Search;

/// <summary>A condition on records, such as <c>metrics.auc &gt; 0.9 and tags.stage != 'draft'</c>.</summary>
/// <remarks>
/// <para>Immutable and thread-safe. The syntax is that of MLflow's filters, with <c>or</c>, <c>not</c> and parentheses added.</para>
/// <para>Immutable and thread-safe. The syntax is the filter syntax of MLflow, extended with <c>or</c>, <c>not</c> and parentheses.</para>
/// <para>A comparison with a value that a record does not have is always false: <c>tags.stage != 'draft'</c> does not match a version without
/// the tag <c>stage</c>, but <c>not tags.stage = 'draft'</c> does. If a key has several values, <c>!=</c> and <c>NOT IN</c> must hold for all of
/// them, and the other comparisons for at least one. <c>tags.stage IS NULL</c> matches a record without the tag.</para>
/// </remarks>
internal sealed class FilterExpression
{
    private readonly Func<IFilterSubject, bool> _predicate;

    private FilterExpression(Func<IFilterSubject, bool> predicate) => _predicate = predicate;

    /// <summary>Parses a filter.</summary>
    /// <param name="filter">The filter. An empty filter matches every record.</param>
    /// <param name="schema">The valid keys.</param>
    /// <exception cref="ArgumentException">The filter is not valid. The message contains the position, the expected text and the most similar
    /// valid name.</exception>
    public static FilterExpression Parse(string filter, FilterSchema schema) => new(new FilterParser(filter, schema).Parse());

    /// <summary>Determines whether a record matches the filter.</summary>
    public bool Matches(IFilterSubject subject) => _predicate(subject);
}
