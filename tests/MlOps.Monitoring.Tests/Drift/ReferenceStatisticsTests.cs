using System.Text.Json;
using MlOps.Benchmarks.Monitoring;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares the statistics with expected values that SciPy 1.10.1 and NumPy 1.24.2 computed, and river for the stream.</summary>
public sealed class ReferenceStatisticsTests
{
    private static string FilePath => Path.Combine(AppContext.BaseDirectory, "Drift", "drift.json");

    [TestCaseSource(nameof(Values))]
    public void Each_statistic_is_that_of_the_reference(string sample, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(FilePath));

        var value = DriftCheck.Check(document.RootElement).Single(value => value.Case == sample && value.Name == name);

        Assert.That(value.IsOk, $"{value}");
    }

    private static IEnumerable<TestCaseData> Values()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(FilePath));
        foreach (var value in DriftCheck.Check(document.RootElement))
        {
            yield return new TestCaseData(value.Case, value.Name).SetArgDisplayNames(value.Case, value.Name);
        }
    }
}
