using System.Globalization;

namespace MlOps.Validation;

/// <summary>Checks a property that is an array: how many values it has, and each of them.</summary>
/// <remarks>A rule that several values break is one violation, which tells the first of them and their number.</remarks>
internal sealed class ArrayCheck<TRow, T, TRule>(FeatureSchema feature, string name, Func<TRow, T[]?> get, Action<TRow, T[]>? set, TRule rule, ValueRemedy<T> remedy) : FeatureCheck<TRow>
    where TRow : class
    where TRule : struct, IValueRule<T>
{
    private readonly TRule _rule = rule;
    private readonly bool _isNullable = feature.IsNullable;
    private readonly int? _count = feature.Count;

    public override bool IsValid(TRow row)
    {
        if (get(row) is not { } values)
        {
            return _isNullable;
        }

        if (_count is { } count && values.Length != count)
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
        if (get(findings.Row) is { } values)
        {
            ReportCount(findings, values.Length);
            ReportValues(findings, values, toleratesUnseen);
        }
        else
        {
            findings.Add(name, InputRule.Required, "an array", "null", Unless(), InputText.Null(InputText.Name(name)));
        }
    }

    /// <summary>Gets the policy for what no replaced value mends.</summary>
    private InputPolicy Unless() => ValueRemedy<T>.Replaces(remedy.Policy) ? InputPolicy.Reject : remedy.Policy;

    private void ReportCount(RowFindings<TRow> findings, int length)
    {
        if (_count is { } count && length != count)
        {
            findings.Add(
                name,
                InputRule.Shape,
                FormattableString.Invariant($"{count} values"),
                FormattableString.Invariant($"{length} values"),
                Unless(),
                InputText.Change("change", "count", count, length.ToString(CultureInfo.InvariantCulture), InputText.Name(name)));
        }
    }

    private void ReportValues(RowFindings<TRow> findings, T[] values, bool toleratesUnseen)
    {
        T[]? mended = null;
        var broken = new Dictionary<(InputRule, InputPolicy), (ValueFault<T> Fault, int Index, int Count)>();
        for (var i = 0; i < values.Length; i++)
        {
            if (_rule.Holds(values[i]))
            {
                continue;
            }

            foreach (var fault in _rule.Explain(values[i]))
            {
                var policy = remedy.Decide(fault, toleratesUnseen, out var replacement);
                broken[(fault.Rule, policy)] = broken.TryGetValue((fault.Rule, policy), out var earlier) ? earlier with { Count = earlier.Count + 1 } : (fault, i, 1);
                if (ValueRemedy<T>.Replaces(policy))
                {
                    mended ??= [.. values];
                    mended[i] = replacement!;
                }
            }
        }

        if (mended is not null)
        {
            set!(findings.ToChangeable(), mended);
        }

        foreach (var ((rule, policy), (fault, index, count)) in broken)
        {
            var others = count > 1 ? FormattableString.Invariant($", and {count - 1} more") : "";
            findings.Add(name, rule, fault.Expected, FormattableString.Invariant($"[{index}]: {InputText.Show(fault.Found, 50)}{others}"), policy, fault.Remedy);
        }
    }
}
