namespace MlOps.Monitoring.Drift;

public sealed class DriftResultTests
{
    [Test]
    public void The_drifted_share_counts_only_features_with_a_decision()
    {
        DriftVerdict[] verdicts = [DriftVerdict.Drifted, DriftVerdict.Stable, DriftVerdict.TooFewValues, DriftVerdict.NotComparable];

        var result = new DriftResult { Features = [.. verdicts.Select(static verdict => new FeatureDrift { Feature = "x", Verdict = verdict })] };

        Assert.That(result.DriftedShare, Is.EqualTo(0.5));
    }
}
