using System.Text.Json;
using MlOps.Benchmarks.Monitoring;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares the statistics with expected values that SciPy 1.10.1 and NumPy 1.24.2 computed, and river for the stream.</summary>
public sealed class ReferenceStatisticsTests
{
    private static readonly Lazy<DriftCheckValue[]> s_values = new(static () =>
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Drift", "drift.json")));
        return [.. DriftCheck.Check(document.RootElement)];
    });

    [TestCaseSource(nameof(Names))]
    public void Each_statistic_is_that_of_the_reference(string sample, string name)
    {
        var value = s_values.Value.Single(value => value.Case == sample && value.Name == name);

        Assert.That(value.IsOk, $"{value}");
    }

    [Test]
    public void All_values_of_the_reference_are_compared() => Assert.That(s_values.Value, Has.Length.EqualTo(470));

    private static IEnumerable<TestCaseData> Names() => s_values.Value.Select(static value => new TestCaseData(value.Case, value.Name));
}
