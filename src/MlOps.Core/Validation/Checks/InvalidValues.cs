namespace MlOps.Validation;

/// <summary>Collects the elements of an array that violate rules.</summary>
/// <remarks>Several violations of the same rule are combined into one, with the first element and the number of the other elements.</remarks>
internal sealed class InvalidValues<T, TRule>(TRule rule, ValuePolicy<T> valuePolicy)
    where TRule : struct, IValueRule<T>
{
    private readonly Dictionary<(InputRule, InputPolicy), (ValueFault<T> Fault, int Index, int Count)> _broken = [];

    /// <summary>Adds an invalid value.</summary>
    /// <param name="index">The index of the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="toleratesUnseen"><see langword="true"/> to report an unseen category as a warning only.</param>
    /// <param name="replacement">The replacement, if the policy replaces the value.</param>
    /// <returns><see langword="true"/> if the policy replaces the value; otherwise, <see langword="false"/>.</returns>
    public bool Add(int index, T value, bool toleratesUnseen, out T replacement)
    {
        var isReplaced = false;
        replacement = value;
        foreach (var fault in rule.Explain(value))
        {
            var policy = valuePolicy.Decide(fault, toleratesUnseen, out var other);
            var isKnown = _broken.TryGetValue((fault.Rule, policy), out var earlier);
            _broken[(fault.Rule, policy)] = isKnown ? earlier with { Count = earlier.Count + 1 } : (fault, index, 1);
            if (ValuePolicy<T>.Replaces(policy))
            {
                (replacement, isReplaced) = (other!, true);
            }
        }

        return isReplaced;
    }

    /// <summary>Reports the violations.</summary>
    /// <param name="findings">The findings to add to.</param>
    /// <param name="name">The name of the feature.</param>
    /// <param name="locate">Formats an index, such as <c>[3]: </c>.</param>
    public void Report(InputFindings findings, string name, Func<int, string> locate)
    {
        foreach (var ((rule, policy), (fault, index, count)) in _broken)
        {
            var text = fault.Describe();
            var others = count > 1 ? FormattableString.Invariant($", and {count - 1} more") : "";
            findings.Add(name, rule, text.Expected, $"{locate(index)}{ViolationText.Show(text.Found, 50)}{others}", policy, text.Remedy);
        }
    }
}
