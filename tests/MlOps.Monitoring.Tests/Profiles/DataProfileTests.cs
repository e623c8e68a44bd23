using MlOps.Datasets;

namespace MlOps.Monitoring.Profiles;

public sealed class DataProfileTests
{
    [Test]
    public async Task Small_numeric_profile_is_exact()
    {
        var profile = (await ProfileNumbersAsync([3, 1, 2, 2, double.NaN, double.PositiveInfinity, double.NegativeInfinity, null])).Features[0];

        Assert.Multiple(() =>
        {
            Assert.That(profile.Count, Is.EqualTo(8));
            Assert.That(profile.Values, Is.EqualTo(4));
            Assert.That(profile.Missing, Is.EqualTo(1));
            Assert.That(profile.NaN, Is.EqualTo(1));
            Assert.That(profile.PositiveInfinity, Is.EqualTo(1));
            Assert.That(profile.NegativeInfinity, Is.EqualTo(1));
            Assert.That(profile.Min, Is.EqualTo(1));
            Assert.That(profile.Max, Is.EqualTo(3));
            Assert.That(profile.Mean, Is.EqualTo(2));
            Assert.That(profile.StandardDeviation, Is.EqualTo(Math.Sqrt(0.5)).Within(1e-15));
            Assert.That(profile.Distinct, Is.EqualTo(3));
            Assert.That(profile.RankError, Is.Zero);
            Assert.That(profile.Rank(2), Is.EqualTo(0.75));
            Assert.That(profile.Quantile(0.5), Is.EqualTo(2));
            Assert.That(profile.Sample, Is.EqualTo(new[] { (1.0, 1L), (2.0, 2L), (3.0, 1L) }));
            Assert.That(profile.BinEdges, Is.EqualTo(new[] { 1.0, 2.0 }));
            Assert.That(profile.BinCounts, Is.EqualTo(new[] { 1L, 2, 1 }));
        });
    }

    [Test]
    public async Task Profile_read_from_a_file_equals_the_written_profile()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 30_000).Select(index => new Row(random.NextDouble(), $"c{index % 7}")).ToArray();
        var profile = await DataProfile.CreateAsync(RowSource.From(rows));

        var read = Read(Write(profile));

        Assert.That(Describe(read), Is.EqualTo(Describe(profile)));
        Assert.That(Describe(read.Merge(profile)), Is.EqualTo(Describe(profile.Merge(profile))));
    }

    internal static string Describe(DataProfile profile) => System.Text.Json.JsonSerializer.Serialize(profile, s_json)
        + string.Join(";", profile.Features.Select(static feature => string.Join(",", feature.Sample)));

    internal static byte[] Write(DataProfile profile)
    {
        using var stream = new MemoryStream();
        profile.Write(stream);
        return stream.ToArray();
    }

    internal static DataProfile Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return DataProfile.Read(stream);
    }

    internal static Task<DataProfile> ProfileNumbersAsync(IEnumerable<double?> numbers, DataProfile? baseline = null) =>
        DataProfile.CreateAsync(RowSource.From(numbers.Select(static number => new Number(number))), baseline);

    private static readonly System.Text.Json.JsonSerializerOptions s_json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private sealed record Row(double X, string Category);

    private sealed record Number(double? X);
}
