namespace MlOps.Validation;

/// <summary>Checks a property with a single value.</summary>
internal sealed class ScalarCheck<TRow, T, TRule>(
    string name, Func<TRow, T> get, Action<TRow, T>? set, TRule rule, ValuePolicy<T> valuePolicy) : FeatureCheck<TRow>
    where TRow : class
    where TRule : struct, IValueRule<T>
{
    private readonly TRule _rule = rule;

    public override bool IsValid(TRow row) => _rule.Holds(get(row));

    public override FloatRange<TRow>? FindFloatRange() =>
        get is Func<TRow, float> number && _rule is NumberRule<float> { Finite: var (low, high) } ? new FloatRange<TRow>(number, low, high) : null;

    public override bool HasUnseen(TRow row) => _rule.Explain(get(row)).Any(static fault => fault.Rule == InputRule.Category);

    public override void Report(RowFindings<TRow> findings, bool toleratesUnseen)
    {
        foreach (var fault in _rule.Explain(get(findings.Row)))
        {
            var policy = valuePolicy.Decide(fault, toleratesUnseen, out var replacement);
            if (ValuePolicy<T>.Replaces(policy))
            {
                set!(findings.ToChangeable(), replacement!);
            }

            var text = fault.Describe();
            findings.Add(name, fault.Rule, text.Expected, text.Found, policy, text.Remedy);
        }
    }
}
