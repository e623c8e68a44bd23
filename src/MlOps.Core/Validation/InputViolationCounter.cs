using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MlOps.Validation;

/// <summary>Counts violations in the metrics. The attributes contain no values of rows.</summary>
internal sealed class InputViolationCounter
{
    private static readonly string[] s_rules = Array.ConvertAll(Enum.GetNames<InputRule>(), static name => name.ToLowerInvariant());
    private static readonly string[] s_policies = Array.ConvertAll(Enum.GetNames<InputPolicy>(), static name => name.ToLowerInvariant());
    private readonly Counter<long> _violations;

    public InputViolationCounter(IMeterFactory meters)
        : this(meters.Create(MlOpsDiagnostics.MeterName))
    {
    }

    public InputViolationCounter(Meter meter) =>
        _violations = meter.CreateCounter<long>(
            MlOpsDiagnostics.ModelInputViolations, "{violation}", "Values given to models that their schemas do not allow.");

    public void Count(string model, IReadOnlyList<InputViolation> violations)
    {
        foreach (var violation in violations)
        {
            _violations.Add(1, new TagList
            {
                { MlOpsDiagnostics.ModelAttribute, model },
                { MlOpsDiagnostics.FeatureAttribute, violation.Feature },
                { MlOpsDiagnostics.RuleAttribute, s_rules[(int)violation.Rule] },
                { MlOpsDiagnostics.PolicyAttribute, s_policies[(int)violation.Policy] },
            });
        }
    }
}
