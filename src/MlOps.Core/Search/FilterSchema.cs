namespace MlOps.Search;

/// <summary>The keys that filters of a record kind accept.</summary>
/// <param name="Attributes">The attributes, with the types of their values.</param>
/// <param name="HasMetricExtremes">Whether filters accept <c>min.</c>, <c>max.</c>, <c>min_step.</c> and <c>max_step.</c> before the name of a
/// metric.</param>
internal sealed record FilterSchema(IReadOnlyDictionary<string, FilterType> Attributes, bool HasMetricExtremes = false)
{
    private static readonly Dictionary<string, FilterScope> s_scopes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["metrics"] = FilterScope.Metric,
        ["metric"] = FilterScope.Metric,
        ["params"] = FilterScope.Parameter,
        ["param"] = FilterScope.Parameter,
        ["parameters"] = FilterScope.Parameter,
        ["parameter"] = FilterScope.Parameter,
        ["tags"] = FilterScope.Tag,
        ["tag"] = FilterScope.Tag,
        ["datasets"] = FilterScope.Dataset,
        ["dataset"] = FilterScope.Dataset,
        ["attributes"] = FilterScope.Attribute,
        ["attribute"] = FilterScope.Attribute,
        ["attr"] = FilterScope.Attribute,
        ["min"] = FilterScope.MetricMinimum,
        ["max"] = FilterScope.MetricMaximum,
        ["min_step"] = FilterScope.MetricMinimumStep,
        ["max_step"] = FilterScope.MetricMaximumStep,
    };

    /// <summary>Gets the description of the valid keys, for messages.</summary>
    public string Expected =>
        $"metrics.…, params.…, tags.…, datasets.…{(HasMetricExtremes ? ", min.…, max.…, min_step.…, max_step.…" : "")} "
        + $"or an attribute ({string.Join(", ", Attributes.Keys)})";

    /// <summary>Finds the scope with a name: the part of a key before the first dot.</summary>
    public FilterScope? FindScope(string word) => s_scopes.TryGetValue(word, out var scope) && Accepts(scope) ? scope : null;

    /// <summary>Gets the sentence "Did you mean 'x'?" for a misspelled scope or attribute, or an empty string if no name is similar.</summary>
    public string Suggest(string word, bool isScope) =>
        NearestName.Suggest(word, isScope ? s_scopes.Where(scope => Accepts(scope.Value)).Select(static scope => scope.Key) : Attributes.Keys).TrimEnd();

    private bool Accepts(FilterScope scope) => HasMetricExtremes || scope < FilterScope.MetricMinimum;
}
