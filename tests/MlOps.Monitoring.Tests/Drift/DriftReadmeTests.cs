using MlOps.Datasets;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Readme;

public sealed class DriftReadmeTests
{
    [Test]
    public async Task The_example_finds_the_drift()
    {
        var random = new Random(1);
        var training = Enumerable.Range(0, 1000).Select(_ => new { Age = 20 + (40 * random.NextDouble()) }).ToArray();
        var served = Enumerable.Range(0, 300).Select(_ => new { Age = 35 + (40 * random.NextDouble()) }).ToArray();

        var baseline = await DataProfile.CreateAsync(RowSource.From(training));
        var current = await DataProfile.CreateAsync(RowSource.From(served), baseline);
        foreach (var feature in new DriftDetector().Compare(baseline, current).Features)
        {
            Console.WriteLine($"{feature.Feature}: {feature.Verdict}. {string.Join(' ', feature.Reasons)}");
        }

        Assert.That(new DriftDetector().Compare(baseline, current).Features.Single().Verdict, Is.EqualTo(DriftVerdict.Drifted));
    }
}
