namespace MlOps.Validation;

/// <summary>Checks the length and the elements of an array property.</summary>
internal sealed class ArrayCheck<TRow, T, TRule>(
    FeatureSchema feature, int? count, string name, Func<TRow, T[]?> get, Action<TRow, T[]>? set, TRule rule, ValuePolicy<T> valuePolicy) : FeatureCheck<TRow>
    where TRow : class
    where TRule : struct, IValueRule<T>
{
    private readonly TRule _rule = rule;
    private readonly bool _isNullable = feature.IsNullable;
    private readonly int? _count = count;

    public override bool IsValid(TRow row)
    {
        if (get(row) is not { } values)
        {
            return _isNullable;
        }

        if (_count is { } length && values.Length != length)
        {
            return false;
        }

        foreach (var value in values)
        {
            if (!_rule.Holds(value))
            {
                return false;
            }
        }

        return true;
    }

    public override bool HasUnseen(TRow row) =>
        get(row)?.Any(value => _rule.Explain(value).Any(static fault => fault.Rule == InputRule.Category)) ?? false;

    public override void Report(RowFindings<TRow> findings, bool toleratesUnseen)
    {
        if (get(findings.Row) is not { } values)
        {
            findings.Add(name, InputRule.Required, "an array", "null", valuePolicy.WithoutReplacement, ViolationText.Null(ViolationText.Name(name)));
            return;
        }

        if (_count is { } length && values.Length != length)
        {
            findings.AddCount(name, length, values.Length, valuePolicy.WithoutReplacement);
        }

        ReportValues(findings, values, toleratesUnseen);
    }

    private void ReportValues(RowFindings<TRow> findings, T[] values, bool toleratesUnseen)
    {
        T[]? replaced = null;
        var broken = new InvalidValues<T, TRule>(_rule, valuePolicy);
        for (var i = 0; i < values.Length; i++)
        {
            if (!_rule.Holds(values[i]) && broken.Add(i, values[i], toleratesUnseen, out var replacement))
            {
                replaced ??= [.. values];
                replaced[i] = replacement;
            }
        }

        if (replaced is not null)
        {
            set!(findings.ToChangeable(), replaced);
        }

        broken.Report(findings, name, static index => FormattableString.Invariant($"[{index}]: "));
    }
}
