using CsCheck;
using MlOps.Datasets;

namespace MlOps.Monitoring.Profiles;

public sealed class ProfileMergeTests
{
    private const int Shards = 100;
    private static readonly RowColumn[] s_columns = [new("number", isText: false), new("tied", isText: false), new("text", isText: true)];

    [Test]
    public async Task Shards_in_any_order_and_tree_agree_with_the_whole()
    {
        var baseline = await DataProfile.CreateAsync(new Batches(s_columns, [CreateBatch(new Random(0), 3000)]));

        Gen.Int.Select(Gen.Int[1, 400]).Sample(
            (seed, size) =>
            {
                var random = new Random(seed);
                var batches = Enumerable.Range(0, Shards).Select(_ => CreateBatch(random, size)).ToArray();
                var whole = Profile(batches, baseline);
                var parts = batches.Select(batch => Profile([batch], baseline)).ToList();
                while (parts.Count > 1)
                {
                    var (one, other) = (Take(parts, random), Take(parts, random));
                    parts.Add(one.Merge(other));
                }

                AssertAgree(parts[0], whole, batches);
                AssertAgree(DataProfile.Merge(batches.Select(batch => Profile([batch], baseline))), whole, batches);
            },
            iter: 20,
            threads: 1);
    }

    [TestCase(5_000)]
    [TestCase(50_000)]
    public void The_carried_bound_covers_the_error_of_a_rank_at_99_percent(int rows)
    {
        const int Trials = 200;
        var (outside, largest) = (0, 0.0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var random = new Random(trial);
            double[] values = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble())];
            var profile = ProfileNumbers(values);
            var at = random.NextDouble();

            var error = Math.Abs(profile.Rank(at) - (values.Count(value => value <= at) / (double)rows));

            outside += error > profile.RankError ? 1 : 0;
            largest = Math.Max(largest, profile.RankError);
        }

        // 1 % of 200 are 2. More than 6 have a probability of 0.4 %.
        Assert.That(outside, Is.LessThanOrEqualTo(6));
        Assert.That(largest, Is.GreaterThan(0).And.LessThan(0.0035));
    }

    [Test]
    public void Equal_rows_give_equal_profiles()
    {
        var values = Enumerable.Range(0, 100_000).Select(static index => Math.Sin(index)).ToArray();

        var (one, other) = (ProfileNumbers(values), ProfileNumbers(values));

        Assert.That(one.Sample, Is.EqualTo(other.Sample));
    }

    [Test]
    public void Reset_builder_equals_a_new_builder()
    {
        var random = new Random(5);
        RowBatch[] batches = [CreateBatch(random, 5000), CreateBatch(random, 4000)];
        var builder = new ProfileBuilder(s_columns);
        builder.Add(batches[0]);

        builder.Reset();
        builder.Add(batches[1]);

        Assert.That(DataProfileTests.Describe(builder.ToProfile()), Is.EqualTo(DataProfileTests.Describe(Profile([batches[1]], null))));
    }

    [Test]
    public void Merging_rows_of_other_features_types_or_bins_is_an_error()
    {
        var numbers = Profile([CreateBatch(new Random(1), 10)], null);
        var renamed = new DataProfile(1, [.. numbers.Features.Skip(1), new FeatureProfile { Name = "other", IsText = false }]);
        var retyped = new DataProfile(1, [new FeatureProfile { Name = "number", IsText = true }, .. numbers.Features.Skip(1)]);
        var binned = new DataProfile(1, [numbers.Features[0].WithBins([1, 2], [3, 4, 3]), .. numbers.Features.Skip(1)]);
        var known = new DataProfile(1, [.. numbers.Features.Take(2), new FeatureProfile { Name = "text", IsText = true, Known = ["a", "b"] }]);

        Assert.Multiple(() =>
        {
            Assert.That(() => numbers.Merge(renamed), Throws.ArgumentException.With.Message.Contain("only some of them have the feature 'number'"));
            Assert.That(
                () => numbers.Merge(retyped),
                Throws.ArgumentException.With.Message.Contain("'number' cannot be merged: one has numbers, and another one has texts"));
            Assert.That(
                () => numbers.Merge(binned),
                Throws.ArgumentException.With.Message.Contain("'number'").And.Message.Contain("none and 3 bins from 1 to 2"));
            Assert.That(() => numbers.Merge(known), Throws.ArgumentException.With.Message.Contain("no baseline and 2 categories from 'a' to 'b'"));
            Assert.That(() => DataProfile.Merge([]), Throws.ArgumentException.With.Message.Contain("no profile to merge"));
        });
    }

    private static void AssertAgree(DataProfile merged, DataProfile whole, RowBatch[] batches)
    {
        Assert.That(merged.Rows, Is.EqualTo(whole.Rows));
        for (var i = 0; i < s_columns.Length; i++)
        {
            var (one, other) = (merged.Features[i], whole.Features[i]);
            Assert.That(
                (one.Count, one.Missing, one.NaN, one.PositiveInfinity, one.NegativeInfinity, one.Values, one.Unseen),
                Is.EqualTo((other.Count, other.Missing, other.NaN, other.PositiveInfinity, other.NegativeInfinity, other.Values, other.Unseen)));
            Assert.That(one.OtherCategories, Is.EqualTo(other.OtherCategories));
            Assert.That((one.Min, one.Max), Is.EqualTo((other.Min, other.Max)));
            Assert.That(one.BinEdges, Is.EqualTo(other.BinEdges));
            Assert.That(one.BinCounts, Is.EqualTo(other.BinCounts));
            Assert.That(one.Categories, Is.EqualTo(other.Categories));
            Assert.That(one.Distinct, Is.EqualTo(other.Distinct).Within(5).Percent);
            if (!one.IsText && one.Values > 0)
            {
                Assert.That(one.Mean, Is.EqualTo(other.Mean).Within(1e-9 * (1 + other.StandardDeviation)));
                Assert.That(one.StandardDeviation, Is.EqualTo(other.StandardDeviation).Within(1e-9 * (1 + other.StandardDeviation)));
                AssertRanks(one, batches, i);
            }
        }
    }

    private static void AssertRanks(FeatureProfile profile, RowBatch[] batches, int column)
    {
        double[] values = [.. batches.SelectMany(batch => batch.Numbers(column)[..batch.Count].ToArray()).Where(double.IsFinite).Order()];
        Assert.That(profile.Sample.Sum(static item => item.Weight), Is.EqualTo(values.Length));
        for (var i = 0; i < values.Length; i += Math.Max(1, values.Length / 100))
        {
            var exact = (double)values.Count(value => value <= values[i]) / values.Length;

            // The bound holds for one rank with 99 %. For all ranks of all trials, one and a half of it suffices.
            Assert.That(profile.Rank(values[i]), Is.EqualTo(exact).Within((1.5 * profile.RankError) + 1e-12));
        }
    }

    private static FeatureProfile ProfileNumbers(double[] values)
    {
        var builder = new ProfileBuilder(s_columns[..1]);
        var batch = new RowBatch(s_columns[..1], values.Length) { Count = values.Length };
        values.CopyTo(batch.Numbers(0));
        builder.Add(batch);
        return builder.ToProfile().Features[0];
    }

    private static DataProfile Profile(RowBatch[] batches, DataProfile? baseline)
    {
        var builder = new ProfileBuilder(s_columns, baseline);
        Array.ForEach(batches, builder.Add);
        return builder.ToProfile();
    }

    private static DataProfile Take(List<DataProfile> parts, Random random)
    {
        var index = random.Next(parts.Count);
        var part = parts[index];
        parts.RemoveAt(index);
        return part;
    }

    private static RowBatch CreateBatch(Random random, int rows)
    {
        var batch = new RowBatch(s_columns, rows) { Count = rows };
        for (var row = 0; row < rows; row++)
        {
            batch.Numbers(0)[row] = random.Next(40) switch
            {
                0 => RowBatch.Missing,
                1 => double.NaN,
                2 => double.PositiveInfinity,
                3 => double.NegativeInfinity,
                _ => Math.Tan(Math.PI * (random.NextDouble() - 0.5)),
            };
            batch.Numbers(1)[row] = random.Next(6);
            batch.Texts(2)[row] = random.Next(20) is > 0 and var category ? $"c{category}" : null;
        }

        return batch;
    }

    private sealed class Batches(RowColumn[] columns, RowBatch[] batches) : IRowSource
    {
        public IReadOnlyList<RowColumn> Columns => columns;

        public IAsyncEnumerable<RowBatch> ReadAsync(CancellationToken cancellationToken = default) => batches.ToAsyncEnumerable();
    }
}
