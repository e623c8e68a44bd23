namespace MlOps.Validation;

/// <summary>The values of an array that rules do not allow.</summary>
/// <remarks>A rule that several values break is one violation, with the first of the values and the number of the others.</remarks>
internal sealed class BrokenValues<T, TRule>(TRule rule, ValueRemedy<T> remedy)
    where TRule : struct, IValueRule<T>
{
    private readonly Dictionary<(InputRule, InputPolicy), (ValueFault<T> Fault, int Index, int Count)> _broken = [];

    /// <summary>Adds a value that its rule does not allow.</summary>
    /// <param name="index">The position of the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="toleratesUnseen">Whether an unseen category is only a warning.</param>
    /// <param name="replacement">The value to use instead, if there is one.</param>
    /// <returns>Whether the policy replaces the value.</returns>
    public bool Add(int index, T value, bool toleratesUnseen, out T replacement)
    {
        var isReplaced = false;
        replacement = value;
        foreach (var fault in rule.Explain(value))
        {
            var policy = remedy.Decide(fault, toleratesUnseen, out var other);
            var isKnown = _broken.TryGetValue((fault.Rule, policy), out var earlier);
            _broken[(fault.Rule, policy)] = isKnown ? earlier with { Count = earlier.Count + 1 } : (fault, index, 1);
            if (ValueRemedy<T>.Replaces(policy))
            {
                (replacement, isReplaced) = (other!, true);
            }
        }

        return isReplaced;
    }

    /// <summary>Reports the violations.</summary>
    /// <param name="findings">The findings to add to.</param>
    /// <param name="name">The name of the feature.</param>
    /// <param name="locate">Names a position, such as <c>[3]: </c>.</param>
    public void Report(InputFindings findings, string name, Func<int, string> locate)
    {
        foreach (var ((rule, policy), (fault, index, count)) in _broken)
        {
            var text = fault.Describe();
            var others = count > 1 ? FormattableString.Invariant($", and {count - 1} more") : "";
            findings.Add(name, rule, text.Expected, $"{locate(index)}{InputText.Show(text.Found, 50)}{others}", policy, text.Remedy);
        }
    }
}
