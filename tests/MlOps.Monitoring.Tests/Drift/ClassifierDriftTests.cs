namespace MlOps.Monitoring.Drift;

public sealed class ClassifierDriftTests
{
    [Test]
    public void The_area_counts_ordered_pairs_and_half_of_the_ties()
    {
        var drift = ClassifierDrift.FromScores([0.1, 0.4, 0.4, 0.8], [false, false, true, true]);

        Assert.That(drift.Auc, Is.EqualTo(3.5 / 4));
        Assert.That(drift.Verdict, Is.EqualTo(DriftVerdict.TooFewValues));
    }

    [Test]
    public void Rows_that_a_classifier_separates_are_drift()
    {
        var drift = Draw(new Random(1), 400, 0.7);

        Assert.That(drift.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(drift.Low, Is.InRange(0.5, drift.Auc));
        Assert.That(drift.High, Is.InRange(drift.Auc, 1));
    }

    [Test]
    public void Completely_separated_rows_have_an_interval_below_one()
    {
        var drift = ClassifierDrift.FromScores([.. TestProfiles.Grid(60), .. TestProfiles.Grid(60, 2)], [.. new bool[60], .. Enumerable.Repeat(true, 60)]);

        Assert.That(drift.Auc, Is.EqualTo(1));
        Assert.That(drift.Low, Is.InRange(0.9, 0.9999));
        Assert.That(drift.Verdict, Is.EqualTo(DriftVerdict.Drifted));
    }

    [Test]
    public void The_interval_covers_the_area_at_its_level()
    {
        var random = new Random(7);

        // Φ(0.5 / √2), the AUC of normal scores that differ by half a standard deviation.
        const double Auc = 0.6381631950841185;
        var covered = Enumerable.Range(0, 1_000).Select(_ => Draw(random, 100, 0.5)).Count(static drift => drift.Low <= Auc && drift.High >= Auc);

        Assert.That(covered, Is.InRange(935, 968));
    }

    [Test]
    public void Without_drift_few_comparisons_are_reported()
    {
        var random = new Random(8);

        Assert.That(Enumerable.Range(0, 1_000).Count(_ => Draw(random, 100, 0).Verdict == DriftVerdict.Drifted), Is.LessThanOrEqualTo(37));
    }

    [Test]
    public void Arguments_that_do_not_match_are_refused()
    {
        Assert.That(static () => ClassifierDrift.FromScores([1, 2], [true]), Throws.ArgumentException);
        Assert.That(static () => ClassifierDrift.FromScores([1, 2], [true, true]), Throws.ArgumentException);
        Assert.That(static () => ClassifierDrift.FromScores([1, double.NaN], [true, false]), Throws.ArgumentException);
        Assert.That(static () => ClassifierDrift.FromScores([1, 2], [true, false], threshold: 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static ClassifierDrift Draw(Random random, int count, double shift)
    {
        var labels = Enumerable.Range(0, 2 * count).Select(index => index >= count).ToArray();
        return ClassifierDrift.FromScores([.. labels.Select(label => Draws.Normal(random) + (label ? shift : 0))], labels);
    }
}
