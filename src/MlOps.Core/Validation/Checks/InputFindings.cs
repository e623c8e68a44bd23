using System.Globalization;

namespace MlOps.Validation;

/// <summary>The violations found in an input.</summary>
internal abstract class InputFindings
{
    private readonly List<InputViolation> _violations = [];

    protected IReadOnlyList<InputViolation> Violations => _violations;

    protected bool IsRejected { get; private set; }

    public void Add(string feature, InputRule rule, string expected, string found, InputPolicy policy, string remedy)
    {
        _violations.Add(new InputViolation(feature, rule, expected, found, policy, InputText.Suggest(remedy)));
        IsRejected |= policy == InputPolicy.Reject;
    }

    /// <summary>Adds a number of values that differs from the number that the schema requires.</summary>
    public void AddCount(string feature, int expected, int found, InputPolicy policy) => Add(
        feature,
        InputRule.Shape,
        FormattableString.Invariant($"{expected} values"),
        FormattableString.Invariant($"{found} values"),
        policy,
        InputText.Change("change", "count", expected, found.ToString(CultureInfo.InvariantCulture), InputText.Name(feature)));
}
