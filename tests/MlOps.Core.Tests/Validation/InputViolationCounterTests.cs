using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace MlOps.Validation;

public sealed class InputViolationCounterTests
{
    [Test]
    public void Each_violation_is_counted_with_model_feature_rule_and_policy_and_without_its_value()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var collector = new MetricCollector<long>(meters, MlOpsDiagnostics.MeterName, MlOpsDiagnostics.ModelInputViolations);

        new InputViolationCounter(meters).Count(
            "churn",
            [
                new InputViolation("age", InputRule.Maximum, "0 to 120", "141", InputPolicy.Clamp, "…"),
                new InputViolation("income", InputRule.NaN, "a number", "NaN", InputPolicy.Reject, "…"),
            ]);

        var measurements = collector.GetMeasurementSnapshot();
        Assert.That(collector.Instrument!.Unit, Is.EqualTo("{violation}"));
        Assert.That(measurements.Select(static measurement => measurement.Value), Is.EqualTo([1, 1]));
        Assert.That(measurements[0].Tags, Is.EquivalentTo(new Dictionary<string, object?>
        {
            [MlOpsDiagnostics.ModelAttribute] = "churn",
            [MlOpsDiagnostics.FeatureAttribute] = "age",
            [MlOpsDiagnostics.RuleAttribute] = "maximum",
            [MlOpsDiagnostics.PolicyAttribute] = "clamp",
        }));
        Assert.That(
            (measurements[1].Tags[MlOpsDiagnostics.RuleAttribute], measurements[1].Tags[MlOpsDiagnostics.PolicyAttribute]),
            Is.EqualTo(((object)"nan", (object)"reject")));
    }
}
