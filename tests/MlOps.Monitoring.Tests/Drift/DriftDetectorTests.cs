using Microsoft.Extensions.Options;
using MlOps.Monitoring.Profiles;
using static MlOps.Monitoring.Drift.TestProfiles;

namespace MlOps.Monitoring.Drift;

public sealed class DriftDetectorTests
{
    private static readonly DriftDetector s_detector = new();

    [Test]
    public void A_shift_of_numbers_is_drift_with_reasons()
    {
        var feature = Compare(Numbers("price", Grid(500)), Numbers("price", Grid(400, 0.3)));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(feature.Effect, Is.EqualTo(0.3).Within(0.01));
        Assert.That(feature.Test, Is.EqualTo("Kolmogorov-Smirnov"));
        Assert.That(feature.Reasons, Has.Some.StartsWith("The median rose from 0.499 to 0.7988").And.Some.Contains("the threshold is 10 %"));
    }

    [Test]
    public void A_significant_change_below_the_threshold_is_stable()
    {
        var feature = Compare(Numbers("price", Grid(100_000)), Numbers("price", Grid(100_000, 0.05)));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Stable));
        Assert.That(feature.PValue, Is.LessThan(1e-6));
        Assert.That(feature.Reasons, Is.EqualTo(new[] { "The Kolmogorov-Smirnov distance is 5 %. It is not chance, but below the threshold of 10 %." }));
    }

    [Test]
    public void A_large_change_of_few_values_is_within_chance()
    {
        var feature = Compare(Numbers("price", Grid(50)), Numbers("price", Grid(50, 0.2)));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Stable));
        Assert.That(feature.Reasons.Single(), Does.Contain("within chance"));
    }

    [Test]
    public void One_outlier_neither_causes_nor_hides_drift()
    {
        var same = Compare(Numbers("price", Grid(1_000)), Numbers("price", [.. Grid(999), 1e6]));
        var shifted = Compare(Numbers("price", Grid(1_000)), Numbers("price", [.. Grid(999, 0.3), 1e6]));

        Assert.That((same.Verdict, shifted.Verdict), Is.EqualTo((DriftVerdict.Stable, DriftVerdict.Drifted)));
        Assert.That(same.Effect, Is.LessThan(0.005));
    }

    [Test]
    public void The_error_of_a_sketch_makes_a_change_less_significant()
    {
        var baseline = Numbers("price", Grid(200));
        var (exact, sketched) = (Numbers("price", Grid(200, 0.15)), WithError(Numbers("price", Grid(200, 0.15)), 0.03));

        Assert.That(Compare(baseline, exact).Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(Compare(baseline, sketched).Verdict, Is.EqualTo(DriftVerdict.Stable));
    }

    [Test]
    public void A_sketch_weighs_its_values()
    {
        var sketch = new FeatureProfile { Name = "price", IsText = false, Count = 1_000, Sample = [(0.25, 700), (0.75, 300)] };

        var feature = Compare(Numbers("price", Grid(1_000)), sketch);

        Assert.That(feature.Effect, Is.EqualTo(0.45).Within(0.001));
    }

    [Test]
    public void Too_few_values_are_stated_with_the_number_that_is_needed()
    {
        var feature = Compare(Numbers("price", Grid(500)), Numbers("price", Grid(12)));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.TooFewValues));
        Assert.That(feature.Reasons.Single(), Is.EqualTo("There are 12 values in the current rows. A decision needs at least 50."));
    }

    [Test]
    public void An_empty_window_has_too_few_values()
    {
        var result = s_detector.Compare(Of(Numbers("price", Grid(500)), Texts("city", ("a", 500))), Of(Numbers("price", []), Texts("city")));

        Assert.That(result.Features.Select(static feature => feature.Verdict), Is.All.EqualTo(DriftVerdict.TooFewValues));
    }

    [Test]
    public void Values_that_become_missing_are_drift()
    {
        var feature = Compare(Numbers("price", Grid(500), missing: 10), Numbers("price", [], missing: 200));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(feature.EffectName, Is.EqualTo("change of the missing rate"));
        Assert.That(feature.MissingRate.Current, Is.EqualTo(1));
        Assert.That(feature.Reasons[0], Is.EqualTo("The share of missing values rose from 2 % to 100 %."));
    }

    [Test]
    public void NaN_and_infinities_count_as_missing()
    {
        var feature = Compare(
            Numbers("price", Grid(500)),
            Numbers("price", [.. Grid(400), .. Enumerable.Repeat(double.NaN, 60), .. Enumerable.Repeat(double.PositiveInfinity, 40)]));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(feature.Reasons[0], Does.Contain("(now 0 without a value, 60 NaN and 40 infinite)"));
    }

    [TestCase(3.5, 3.5, DriftVerdict.Stable)]
    [TestCase(3.5, 4, DriftVerdict.Drifted)]
    [TestCase(-1e308, 1e308, DriftVerdict.Drifted)]
    public void Constant_columns_have_a_decision(double before, double after, DriftVerdict verdict)
    {
        var feature = Compare(Numbers("price", Enumerable.Repeat(before, 100)), Numbers("price", Enumerable.Repeat(after, 100)));

        Assert.That(feature.Verdict, Is.EqualTo(verdict));
    }

    [Test]
    public void A_change_of_the_schema_is_reported_for_each_feature()
    {
        var result = s_detector.Compare(
            Of(Numbers("old", Grid(100)), Numbers("type", Grid(100)), Numbers("same", Grid(100))),
            Of(Numbers("new", Grid(100)), Texts("type", ("a", 100)), Numbers("same", Grid(100))));

        var reasons = result.Features.Where(static feature => feature.Verdict == DriftVerdict.NotComparable)
            .ToDictionary(static feature => feature.Feature, static feature => feature.Reasons.Single());
        Assert.That(reasons["old"], Does.StartWith("The current rows do not have this feature."));
        Assert.That(reasons["new"], Does.StartWith("The baseline does not have this feature."));
        Assert.That(reasons["type"], Does.StartWith("The values were numbers in the baseline and are texts now."));
        Assert.That(result.Features.Single(static feature => feature.Feature == "same").Verdict, Is.EqualTo(DriftVerdict.Stable));
    }

    [Test]
    public void The_most_drifted_feature_is_the_first()
    {
        var result = s_detector.Compare(
            Of(Numbers("none", Grid(500)), Numbers("some", Grid(500)), Numbers("few", Grid(10)), Numbers("most", Grid(500)), Numbers("gone", Grid(500))),
            Of(Numbers("none", Grid(500)), Numbers("some", Grid(500, 0.2)), Numbers("few", Grid(10)), Numbers("most", Grid(500, 0.6))));

        Assert.That(result.Features.Select(static feature => feature.Feature), Is.EqualTo(new[] { "most", "some", "gone", "none", "few" }));
        Assert.That((result.Drifted, result.DriftedShare), Is.EqualTo((2, 2.0 / 3)));
    }

    [Test]
    public void The_p_values_are_adjusted_for_the_number_of_features()
    {
        var quiet = Enumerable.Range(0, 99).Select(static index => $"quiet{index}").ToArray();
        var (before, after) = (Numbers("loud", Grid(100)), Numbers("loud", Grid(100, 0.25)));

        var alone = Compare(before, after);
        var among = s_detector.Compare(
            Of([before, .. quiet.Select(static name => Numbers(name, Grid(100)))]), Of([after, .. quiet.Select(static name => Numbers(name, Grid(100)))]));

        Assert.That(alone.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        var loud = among.Features.Single(static feature => feature.Feature == "loud");
        Assert.That(loud.AdjustedPValue, Is.EqualTo(100 * loud.PValue).Within(1e-12));
        Assert.That(loud.Verdict, Is.EqualTo(DriftVerdict.Stable));
    }

    [Test]
    public void A_change_of_categories_is_drift_with_reasons()
    {
        var feature = Compare(Texts("city", ("a", 500), ("b", 300), ("c", 200)), Texts("city", ("a", 300), ("b", 300), ("d", 400)));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That((feature.Effect, feature.UnseenRate), Is.EqualTo((0.4, 0.4)).Within(1e-12));
        Assert.That(feature.Reasons[0], Is.EqualTo("The share of the new category 'd' rose from 0 % to 40 %."));
        Assert.That(feature.Reasons, Has.Some.EqualTo("40 % of the 1000 current values have a category that the baseline does not have."));
    }

    [Test]
    public void Two_categories_with_small_counts_are_tested_exactly()
    {
        var feature = Compare(Texts("flag", ("no", 97), ("yes", 3)), Texts("flag", ("no", 85), ("yes", 15)));

        Assert.That(feature.Test, Is.EqualTo("Fisher's exact test"));
        Assert.That(feature.PValue, Is.EqualTo(CategoryTests.FisherExact([97, 3], [85, 15]).PValue).Within(1e-12));
    }

    [Test]
    public void One_category_on_both_sides_is_stable()
    {
        var feature = Compare(Texts("city", ("a", 100)), Texts("city", ("a", 80)));

        Assert.That((feature.Verdict, feature.PValue), Is.EqualTo((DriftVerdict.Stable, 1.0)));
    }

    [Test]
    public void A_feature_with_only_rare_categories_has_too_few_values()
    {
        var feature = Compare(
            Texts("id", [.. Enumerable.Range(0, 200).Select(static index => ($"a{index}", 1L))]),
            Texts("id", [.. Enumerable.Range(0, 200).Select(static index => ($"b{index}", 1L))]));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.TooFewValues));
        Assert.That(feature.Reasons.Single(), Does.StartWith("Every category has too few values to be compared."));
    }

    [Test]
    public void A_new_category_is_found_although_the_baseline_lists_only_frequent_ones()
    {
        var feature = Compare(Texts("city", [("a", 600), ("b", 300)], other: 100), Texts("city", [("a", 400), ("b", 200)], other: 400, unseen: 300));

        Assert.That(feature.Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(feature.Reasons[0], Is.EqualTo("The share of all other categories rose from 10 % to 40 %."));
        Assert.That(feature.UnseenRate, Is.EqualTo(0.3));
    }

    [Test]
    public void Learned_thresholds_accept_the_usual_changes_and_find_larger_ones()
    {
        var baseline = Of(Numbers("price", Grid(500)));
        DataProfile[] windows = [.. Enumerable.Range(0, 38).Select(static day => Of(Numbers("price", Grid(500, 0.2 * (day / 2 % 2)))))];
        var thresholds = s_detector.LearnThresholds(baseline, windows);

        Assert.That(thresholds.Values["price"], Is.EqualTo(0.2).Within(0.01));
        Assert.That(s_detector.Compare(baseline, Of(Numbers("price", Grid(500, 0.19))), thresholds).Drifted, Is.Zero);
        Assert.That(s_detector.Compare(baseline, Of(Numbers("price", Grid(500, 0.19)))).Drifted, Is.EqualTo(1));
        Assert.That(s_detector.Compare(baseline, Of(Numbers("price", Grid(500, 0.6))), thresholds).Drifted, Is.EqualTo(1));
    }

    [Test]
    public void Learning_needs_enough_windows_for_the_rate_of_false_alarms() => Assert.That(
        static () => s_detector.LearnThresholds(Of(Numbers("price", Grid(500))), [.. Enumerable.Repeat(Of(Numbers("price", Grid(500))), 37)]),
        Throws.ArgumentException.With.Message.Contains("There are 37 windows. A false-alarm rate of 0.05 needs 38 or more."));

    [Test]
    public void Settings_out_of_their_range_are_refused()
    {
        Assert.That(
            static () => new DriftDetector(new DriftOptions { Significance = 5, MinimumValues = 1 }),
            Throws.TypeOf<OptionsValidationException>()
                .With.Message.Contains("Drift:Significance is 5. Set it to 1E-06 to 0.5; the nearest valid value is 0.5.")
                .And.Message.Contains("Drift:MinimumValues is 1."));
    }

    private static FeatureDrift Compare(FeatureProfile baseline, FeatureProfile current) => s_detector.Compare(Of(baseline), Of(current)).Features.Single();

    private static FeatureProfile WithError(FeatureProfile profile, double error) =>
        new() { Name = profile.Name, IsText = false, Count = profile.Count, Sample = profile.Sample, RankError = error };
}
