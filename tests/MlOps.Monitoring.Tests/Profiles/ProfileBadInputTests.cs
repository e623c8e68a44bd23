using System.Security.Cryptography;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Profiles;

public sealed class ProfileBadInputTests
{
    [Test]
    public async Task No_rows_give_an_empty_profile()
    {
        var profile = await DataProfileTests.ProfileNumbersAsync([]);
        var feature = profile.Features[0];

        Assert.That((profile.Rows, feature.Count, feature.Values, feature.Distinct, feature.RankError), Is.EqualTo((0, 0, 0, 0.0, 0.0)));
        Assert.That((feature.Min, feature.Max, feature.Mean, feature.StandardDeviation), Is.EqualTo((double.NaN, double.NaN, double.NaN, double.NaN)));
        Assert.That((feature.Quantile(0.5), feature.Rank(1)), Is.EqualTo((double.NaN, double.NaN)));
        Assert.That(feature.BinEdges, Is.Empty);
        Assert.That(
            DataProfileTests.Describe(DataProfileTests.Read(DataProfileTests.Write(profile)).Merge(profile)),
            Is.EqualTo(DataProfileTests.Describe(profile)));
    }

    [Test]
    public async Task One_row_is_its_own_distribution()
    {
        var feature = (await DataProfileTests.ProfileNumbersAsync([7])).Features[0];

        Assert.That((feature.Min, feature.Max, feature.Mean, feature.StandardDeviation, feature.Distinct), Is.EqualTo((7.0, 7.0, 7.0, 0.0, 1.0)));
        Assert.That((feature.Quantile(0), feature.Quantile(0.5), feature.Quantile(1)), Is.EqualTo((7.0, 7.0, 7.0)));
        Assert.That((feature.Rank(6.9), feature.Rank(7)), Is.EqualTo((0.0, 1.0)));
    }

    [Test]
    public async Task A_column_without_values_counts_missing_rows()
    {
        var feature = (await DataProfileTests.ProfileNumbersAsync(Enumerable.Repeat((double?)null, 50))).Features[0];

        Assert.That((feature.Count, feature.Missing, feature.Values), Is.EqualTo((50, 50, 0)));
        Assert.That(feature.Mean, Is.NaN);
    }

    [Test]
    public async Task A_constant_has_bins_below_at_and_above()
    {
        var baseline = await DataProfileTests.ProfileNumbersAsync(Enumerable.Repeat((double?)5, 3000));
        var current = await DataProfileTests.ProfileNumbersAsync([4.999, 5, 5, 5.001, 6, 7], baseline);

        Assert.That(baseline.Features[0].BinCounts, Is.EqualTo(new[] { 0L, 3000, 0 }));
        Assert.That((baseline.Features[0].StandardDeviation, baseline.Features[0].Distinct), Is.EqualTo((0.0, 1.0)));
        Assert.That(current.Features[0].BinCounts, Is.EqualTo(new[] { 1L, 2, 3 }));
    }

    [Test]
    public async Task A_frequent_value_has_a_bin_of_its_own()
    {
        var random = new Random(2);
        var baseline = await DataProfileTests.ProfileNumbersAsync(
            Enumerable.Range(0, 4000).Select(index => (double?)(index % 2 == 0 ? 0.5 : random.NextDouble())));

        var feature = baseline.Features[0];
        var index = feature.BinEdges.ToList().IndexOf(0.5);
        Assert.That(feature.BinCounts[index], Is.EqualTo(2000));
        Assert.That(feature.BinCounts.Sum(), Is.EqualTo(4000));
    }

    [Test]
    public async Task Largest_numbers_do_not_overflow()
    {
        var random = new Random(3);
        double?[] values = [1e308, -1e308, 1, .. Enumerable.Range(0, 3000).SelectMany(_ => new double?[] { 1e308, -1e308 })];
        var profile = await DataProfileTests.ProfileNumbersAsync(values);
        var feature = profile.Features[0];
        var merged = profile.Merge(await DataProfileTests.ProfileNumbersAsync(values, profile)).Features[0];

        Assert.That(feature.Mean, Is.EqualTo(0).Within(1e295));
        Assert.That(feature.StandardDeviation, Is.EqualTo(1e308).Within(1e305));
        Assert.That((merged.Min, merged.Max), Is.EqualTo((-1e308, 1e308)));
        Assert.That(merged.StandardDeviation, Is.EqualTo(feature.StandardDeviation).Within(1e-9).Percent);
        Assert.That(feature.Quantile(0.25), Is.EqualTo(-1e308));
    }

    [Test]
    public async Task Variance_of_small_differences_of_large_numbers_is_exact()
    {
        var numbers = Enumerable.Range(0, 10_000).Select(static index => (double?)(1e12 + (index % 2)));
        var feature = (await DataProfileTests.ProfileNumbersAsync(numbers)).Features[0];

        Assert.That(feature.Mean, Is.EqualTo(1e12 + 0.5));
        Assert.That(feature.StandardDeviation, Is.EqualTo(0.5).Within(1e-6));
    }

    [Test]
    public async Task Hundred_thousand_categories_are_bounded_and_the_frequent_ones_are_kept()
    {
        var random = new Random(4);
        var profile = (await ProfileTextsAsync(
            Enumerable.Range(0, 400_000).Select(index => index % 4 == 0 ? "frequent" : $"c{random.Next(100_000)}"))).Features[0];

        Assert.That(profile.Categories, Has.Count.LessThanOrEqualTo(TextState.Capacity));
        Assert.That(profile.Categories[0].Key, Is.EqualTo("frequent"));
        Assert.That(profile.Categories[0].Value, Is.InRange(100_000 - profile.CategoryError, 100_000));
        Assert.That(profile.CategoryError, Is.InRange(1, 400_000 / TextState.Capacity));
        Assert.That(profile.Categories.Sum(static category => category.Value) + profile.OtherCategories, Is.EqualTo(400_000));
        Assert.That(profile.Distinct, Is.EqualTo(95_000 + 1).Within(6).Percent);
    }

    [Test]
    public async Task Categories_of_the_baseline_are_counted_exactly_and_others_are_unseen()
    {
        var baseline = await ProfileTextsAsync(["a", "a", "b", null]);
        string?[] texts = ["a", "x", "y", "x", null, .. Enumerable.Range(0, 5000).Select(static index => $"z{index}"), "b"];
        var current = (await ProfileTextsAsync(texts, baseline)).Features[0];

        Assert.That(baseline.Features[0].Unseen, Is.Zero);
        Assert.That((current.Count, current.Missing, current.Unseen), Is.EqualTo((5006, 1, 5003)));
        Assert.That(current.Categories, Has.Member(KeyValuePair.Create("a", 1L)).And.Member(KeyValuePair.Create("b", 1L)));
    }

    [Test]
    public async Task Lengths_of_texts_have_a_profile_with_the_bins_of_the_baseline()
    {
        var baseline = await ProfileTextsAsync(Enumerable.Range(0, 3000).Select(static index => new string('a', index % 50)));
        var current = (await ProfileTextsAsync([new string('b', 10), new string('b', 5000), "", null], baseline)).Features[0].Lengths!;

        Assert.That((baseline.Features[0].Lengths!.Mean, baseline.Features[0].Lengths!.Max), Is.EqualTo((24.5, 49.0)));
        Assert.That((current.Values, current.Min, current.Max), Is.EqualTo((3, 0.0, 5000.0)));
        Assert.That(current.BinEdges, Is.EqualTo(baseline.Features[0].Lengths!.BinEdges).And.Not.Empty);
        Assert.That(current.BinCounts.Sum(), Is.EqualTo(3));
    }

    [Test]
    public async Task Long_texts_are_told_apart_without_keeping_them()
    {
        var profile = (await ProfileTextsAsync([new string('a', 100_000) + "b", new string('a', 100_000) + "c", new string('a', 100_000) + "b"])).Features[0];

        Assert.That(profile.Categories.Select(static category => (category.Value, category.Key.Length)), Is.EqualTo(new[] { (2L, 117), (1L, 117) }));
    }

    [Test]
    public async Task A_column_with_another_type_than_the_baseline_has_no_bins()
    {
        var baseline = await ProfileTextsAsync(["1", "2"]);

        var current = await DataProfileTests.ProfileNumbersAsync([1, 2], new DataProfile(2, [.. baseline.Features.Select(
            static feature => new FeatureProfile { Name = "X", IsText = true, Categories = feature.Categories })]));

        Assert.That((current.Features[0].IsText, current.Features[0].BinEdges.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public async Task Rows_that_change_between_two_readings_are_an_error()
    {
        var reads = 0;
        IEnumerable<Number> Rows() => Enumerable.Range(0, 3000 + reads++).Select(static index => new Number(index));

        Assert.That(
            () => DataProfile.CreateAsync(RowSource.From(new Repeated(Rows))),
            Throws.InvalidOperationException.With.Message.Contain("The rows changed while they were profiled: the column 'X'"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Damaged_or_cut_files_are_refused_with_the_path_and_the_reason()
    {
        var content = DataProfileTests.Write(await DataProfileTests.ProfileNumbersAsync([1, 2, 3]));
        for (var index = 0; index < content.Length; index++)
        {
            var damaged = content.ToArray();
            damaged[index] ^= 0x55;
            AssertRefused(damaged, "checksum|not a profile|format is");
            AssertRefused(content[..index], "cut short|not a profile");
        }
    }

    [Test]
    public void A_file_of_a_newer_format_is_named() => Assert.That(
        () => Read([.. "MLPF"u8, 9, 0, .. new byte[40]]),
        Throws.TypeOf<DocumentFormatException>().With.Message.Contain("its format is 9").And.Property(nameof(DocumentFormatException.IsFromNewerVersion)).True);

    [Test]
    public void A_file_with_invalid_content_and_a_valid_checksum_is_refused()
    {
        using var stream = new MemoryStream();
        ProfileFile.Write(stream, static writer =>
        {
            writer.Write(1L);
            writer.Write7BitEncodedInt(1);
            writer.Write((byte)9);
        });

        AssertRefused(stream.ToArray(), "content is not valid");
        byte[] noBrotli = [.. "MLPF"u8, 1, 0, 1, 2, 3];
        AssertRefused([.. noBrotli, .. SHA256.HashData(noBrotli)], "content is not valid");
    }

    [Test]
    public async Task Quantiles_outside_the_range_are_an_error()
    {
        var feature = (await DataProfileTests.ProfileNumbersAsync([1])).Features[0];

        Assert.That(() => feature.Quantile(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => feature.Quantile(1.1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static void AssertRefused(byte[] content, string reason) => Assert.That(
        () => Read(content),
        Throws.TypeOf<DocumentFormatException>().With.Message.StartsWith("The document 'a/b.profile' cannot be used:").And.Message.Match(reason));

    private static DataProfile Read(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return DataProfile.Read(stream, ArtifactPath.Parse("a/b.profile"));
    }

    private static Task<DataProfile> ProfileTextsAsync(IEnumerable<string?> texts, DataProfile? baseline = null) =>
        DataProfile.CreateAsync(RowSource.From(texts.ToArray().Select(static text => new Text(text))), baseline);

    private sealed record Text(string? X);

    private sealed record Number(double X);

    private sealed class Repeated(Func<IEnumerable<Number>> rows) : IEnumerable<Number>
    {
        public IEnumerator<Number> GetEnumerator() => rows().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
