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
        _violations.Add(new InputViolation(feature, rule, expected, found, policy, ViolationText.Suggest(remedy)));
        IsRejected |= policy == InputPolicy.Reject;
    }

    /// <summary>Adds the violation of a required number of elements.</summary>
    public void AddCount(string feature, int expected, int found, InputPolicy policy) => Add(
        feature,
        InputRule.Shape,
        FormattableString.Invariant($"{expected} values"),
        FormattableString.Invariant($"{found} values"),
        policy,
        ViolationText.Change("change", "count", expected, found.ToString(CultureInfo.InvariantCulture), ViolationText.Name(feature)));
}
