namespace MlOps.Search;

/// <summary>Creates the predicates for the comparisons of filters.</summary>
internal static class FilterComparison
{
    public static Func<IFilterSubject, bool> Compare(FilterScope scope, string key, string comparer, FilterValue literal)
    {
        return comparer switch
        {
            "=" => In(scope, key, [literal], negated: false),
            "!=" => In(scope, key, [literal], negated: true),
            ">" => Order(static (value, bound) => value > bound),
            ">=" => Order(static (value, bound) => value >= bound),
            "<" => Order(static (value, bound) => value < bound),
            _ => Order(static (value, bound) => value <= bound),
        };

        Func<IFilterSubject, bool> Order(Func<double?, double?, bool> comparison) =>
            subject => subject.Find(scope, key).Any(value => comparison(value.Number, literal.Number));
    }

    public static Func<IFilterSubject, bool> In(FilterScope scope, string key, IReadOnlyList<FilterValue> literals, bool negated) => negated
        ? subject =>
        {
            var values = subject.Find(scope, key).Where(value => literals.Any(value.IsComparableTo)).ToArray();
            return values.Length > 0 && !values.Any(value => literals.Any(value.IsEqualTo));
        }
    : subject => subject.Find(scope, key).Any(value => literals.Any(value.IsEqualTo));

    public static Func<IFilterSubject, bool> IsNull(FilterScope scope, string key, bool negated) => subject => subject.Find(scope, key).Any() == negated;

    public static Func<IFilterSubject, bool> Like(FilterScope scope, string key, string pattern, bool ignoreCase) =>
        subject => subject.Find(scope, key).Any(value => value.Text is { } text && value.IsWhole() && IsLike(text, pattern, ignoreCase));

    /// <summary>Matches a pattern in which <c>%</c> matches any text and <c>_</c> any character. The running time is at most the product of the
    /// two lengths.</summary>
    private static bool IsLike(string text, string pattern, bool ignoreCase)
    {
        var (at, wanted, star, resume) = (0, 0, -1, 0);
        while (at < text.Length)
        {
            if (wanted < pattern.Length && pattern[wanted] == '%')
            {
                (star, resume) = (wanted++, at);
            }
            else if (wanted < pattern.Length && (pattern[wanted] == '_' || AreEqual(pattern[wanted], text[at], ignoreCase)))
            {
                (at, wanted) = (at + 1, wanted + 1);
            }
            else if (star >= 0)
            {
                (wanted, at) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(wanted).TrimStart('%').IsEmpty;
    }

    private static bool AreEqual(char one, char other, bool ignoreCase) =>
        one == other || (ignoreCase && char.ToUpperInvariant(one) == char.ToUpperInvariant(other));
}
