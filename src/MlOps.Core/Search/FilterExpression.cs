namespace MlOps.Search;

/// <summary>A condition on records, such as <c>metrics.auc &gt; 0.9 and tags.stage != 'draft'</c>.</summary>
/// <remarks>
/// <para>Immutable and thread-safe. The syntax is that of MLflow's filters, with <c>or</c>, <c>not</c> and parentheses added.</para>
/// <para>A comparison with something a record does not have is false, whichever comparison it is: a version without the tag <c>stage</c> is not found by
/// <c>tags.stage != 'draft'</c> but by <c>not tags.stage = 'draft'</c>. Of several values <c>!=</c> and <c>NOT IN</c> hold if they hold for all, the others if
/// they hold for one.
/// <c>tags.stage IS NULL</c> holds for a record without the tag.</para>
/// </remarks>
internal sealed class FilterExpression
{
    private readonly Func<IFilterSubject, bool> _predicate;

    private FilterExpression(Func<IFilterSubject, bool> predicate) => _predicate = predicate;

    /// <summary>Reads a filter.</summary>
    /// <param name="filter">The filter; empty holds for every record.</param>
    /// <param name="schema">The keys that records of the kind have.</param>
    /// <exception cref="ArgumentException">It cannot be read. The message names the position, the expected text and the nearest valid name.</exception>
    public static FilterExpression Parse(string filter, FilterSchema schema) => new(new FilterParser(filter, schema).Parse());

    /// <summary>Determines whether the condition holds for a record.</summary>
    public bool Matches(IFilterSubject subject) => _predicate(subject);
}
