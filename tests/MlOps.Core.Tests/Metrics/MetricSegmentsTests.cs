using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Metrics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MetricSegmentsTests
{
    private static readonly ArtifactPath s_folder = ArtifactPath.Parse("runs/1/metrics");
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 8, 30, 0, TimeSpan.Zero);
    private readonly InMemoryArtifactStore _store = new();

    [Test]
    public async Task Points_read_back_as_they_were()
    {
        var loss = new MetricSeries("loss");
        var time = new MetricSeries("time", "s", new Dictionary<string, string> { ["größe"] = "日本 🚀", ["a"] = "" });
        MetricDataPoint[] points =
        [
            new(loss, 0.1, s_start, 1),
            new(time, double.NaN, s_start.AddTicks(1)),
            new(loss, double.PositiveInfinity, s_start.AddMilliseconds(-5), long.MaxValue),
            new(loss, double.NegativeInfinity, s_start, -7),
            new(time, -0.0, DateTimeOffset.MinValue, 0),
            new(loss, double.Epsilon, DateTimeOffset.MaxValue),
            new(time, double.MaxValue, s_start),
        ];

        await new MetricSegments(_store, s_folder).AppendAsync(points);

        Assert.That(await DescribeAsync(), Is.EqualTo(Describe(points)));
    }

    [Test]
    public async Task Batches_read_back_in_order_and_by_name()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 30);

        Assert.That(await StepsAsync("loss"), Is.EqualTo(Enumerable.Range(1, 30)));
        Assert.That(await StepsAsync("other"), Is.Empty);
    }

    [Test]
    public async Task Series_of_the_same_name_and_tags_are_one_object_when_read()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 2);

        var series = await new MetricSegments(_store, s_folder).ReadAsync().Select(static point => point.Series).ToListAsync();

        Assert.That(series[1], Is.SameAs(series[0]));
    }

    [Test]
    public async Task Batch_that_is_rewritten_after_a_lost_response_is_stored_once()
    {
        var store = new FaultyStore(_store) { LoseAnswers = 1 };
        var segments = new MetricSegments(store, s_folder);
        await Assert.ThrowsAsync<ProviderException>(() => AppendAsync(segments, 1, 1));

        await AppendAsync(segments, 1, 2);

        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Abandoned_batch_that_arrives_late_does_not_hide_the_next()
    {
        var store = new FaultyStore(_store) { LoseAnswers = 1 };
        var segments = new MetricSegments(store, s_folder);
        await Assert.ThrowsAsync<ProviderException>(() => AppendAsync(segments, 1, 1));

        await AppendAsync(segments, 2, 1);

        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Abandoned_batch_that_arrives_late_is_not_duplicated_by_the_next_process()
    {
        var store = new FaultyStore(_store) { LoseAnswers = 1 };
        await Assert.ThrowsAsync<ProviderException>(() => AppendAsync(new MetricSegments(store, s_folder), 1, 1));

        var next = new MetricSegments(_store, s_folder);
        await next.ContinueAsync();
        await AppendAsync(next, 1, 2);

        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Writer_continues_after_the_compacted_batches_of_another_writer()
    {
        var first = new MetricSegments(_store, s_folder);
        await AppendAsync(first, 1, 3);
        await first.CompactAsync();
        await AppendAsync(first, 4, 1);

        var second = new MetricSegments(_store, s_folder);
        await second.ContinueAsync();
        await AppendAsync(second, 5, 1);

        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public async Task Compaction_makes_one_segment_of_many_and_changes_nothing_else()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 20);

        await segments.CompactAsync();

        Assert.That(await NamesAsync(), Is.EqualTo(new[] { "00000000000000000001-00000000000000000020.json.gz" }));
        Assert.That(await StepsAsync(), Is.EqualTo(Enumerable.Range(1, 20)));
    }

    [Test]
    public async Task Compaction_joins_no_more_than_its_limit()
    {
        var (series, random) = (new MetricSeries("loss"), new Random(1));
        var segments = new MetricSegments(_store, s_folder);
        var half = Enumerable.Range(0, 300_000).Select(step => new MetricDataPoint(series, random.NextDouble(), s_start, step)).ToArray();
        await segments.AppendAsync(half);
        await segments.AppendAsync(half);
        await AppendAsync(segments, 1, 2);

        await segments.CompactAsync();

        Assert.That(await RangesAsync(), Is.EqualTo(new[] { (1, 1), (2, 4) }));
        var sizes = await _store.ListAsync(s_folder).Select(static entry => entry.Size).ToListAsync();
        Assert.That(sizes, Is.All.LessThan(MetricCompaction.MaxSize).And.Some.GreaterThan(MetricCompaction.MaxSize / 2));
    }

    [Test]
    public async Task Compaction_joins_no_more_than_earlier_versions_read()
    {
        var series = new MetricSeries("constant");
        var segments = new MetricSegments(_store, s_folder);
        var many = Enumerable.Repeat(new MetricDataPoint(series, 1234567.890625, s_start, 1), MetricSegments.MaxPoints).ToArray();
        for (var batch = 0; batch < 5; batch++)
        {
            await segments.AppendAsync(many);
        }

        await segments.CompactAsync();

        Assert.That(await RangesAsync(), Is.EqualTo(new[] { (1, 3), (4, 5) }));
    }

    [Test]
    public async Task Compaction_leaves_segments_of_earlier_versions_as_they_are()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 2);
        await WriteAsOneMemberAsync(3, """{"series":[{"values":[3],"steps":[3],"times":[1.25],"name":"loss"}],"more":{"a":[1]},"format":1}""");
        await segments.ContinueAsync();
        await AppendAsync(segments, 4, 2);

        await segments.CompactAsync();

        Assert.That(await RangesAsync(), Is.EqualTo(new[] { (1, 2), (3, 3), (4, 5) }));
        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public async Task Compaction_does_not_hide_that_retention_deleted_a_batch()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 5);
        await DeleteAsync([3]);

        await segments.CompactAsync();

        Assert.That(await RangesAsync(), Is.EqualTo(new[] { (1, 2), (4, 5) }));
    }

    [Test]
    public async Task Compaction_of_any_batches_changes_no_point()
    {
        var random = new Random(5);
        var series = Enumerable.Range(0, 40).Select(static number => new MetricSeries(
            $"m<{number % 30}>", number % 3 == 0 ? "é" : null, new Dictionary<string, string> { ["b"] = "\"", ["a"] = $"{number}" })).ToArray();
        var segments = new MetricSegments(_store, s_folder);
        var all = new List<MetricDataPoint>();
        for (var batch = 0; batch < 1_500; batch++)
        {
            var points = Enumerable.Range(0, batch % 500 == 0 ? 20_000 : random.Next(1, 5)).Select(_ => new MetricDataPoint(
                series[random.Next(series.Length)],
                BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                s_start.AddTicks(random.NextInt64(-20_000, 20_000)),
                random.Next(3) == 0 ? null : random.NextInt64())).ToArray();
            all.AddRange(points);
            await segments.AppendAsync(points);
        }

        await segments.CompactAsync();

        Assert.That(await NamesAsync(), Has.Count.EqualTo(1));
        Assert.That((await DescribeAsync()).SequenceEqual(Describe(all)), Is.True);
    }

    [Test]
    public async Task Batch_that_arrived_late_and_was_compacted_is_not_duplicated()
    {
        var first = new MetricSegments(_store, s_folder);
        await AppendAsync(first, 1, 3);
        await first.CompactAsync();

        var next = new MetricSegments(_store, s_folder);
        await next.ContinueAsync();
        await AppendAsync(next, 3, 2);

        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task Interrupted_compaction_is_not_read_twice_and_is_completed_later()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 3);
        var left = await _store.ReadBytesAsync(new MetricSegmentName(2, 2).In(s_folder));
        await segments.CompactAsync();
        await _store.WriteBytesAsync(new MetricSegmentName(2, 2).In(s_folder), left);

        Assert.That(await StepsAsync(), Is.EqualTo(new[] { 1, 2, 3 }));

        await segments.CompactAsync();

        Assert.That(await NamesAsync(), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Reader_that_is_overtaken_by_a_compaction_gets_every_point_once()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 5);
        var steps = new List<long?>();

        await foreach (var point in new MetricSegments(_store, s_folder).ReadAsync())
        {
            steps.Add(point.Step);
            if (steps.Count == 2)
            {
                await segments.CompactAsync();
            }
        }

        Assert.That(steps, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public async Task Reader_that_is_overtaken_by_retention_gets_all_points_that_remain()
    {
        await AppendAsync(new MetricSegments(_store, s_folder), 1, 8);
        var steps = new List<long?>();

        await foreach (var point in new MetricSegments(_store, s_folder).ReadAsync())
        {
            steps.Add(point.Step);
            await DeleteAsync(steps.Count switch { 2 => [2, 3], 3 => [1, 5], 4 => [6, 7], _ => [] });
        }

        Assert.That(steps, Is.EqualTo(new[] { 1, 2, 4, 6, 8 }));
    }

    [Test]
    public async Task Reader_that_cannot_separate_joined_points_from_deleted_ones_fails()
    {
        var segments = new MetricSegments(_store, s_folder);
        await AppendAsync(segments, 1, 6);
        var steps = new List<long?>();

        var exception = await Assert.ThrowsAsync<ArtifactConflictException>(async () =>
        {
            await foreach (var point in new MetricSegments(_store, s_folder).ReadAsync())
            {
                steps.Add(point.Step);
                if (steps.Count == 2)
                {
                    await DeleteAsync([1]);
                    await segments.CompactAsync();
                }
            }
        });

        Assert.That(steps, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(exception!.Path, Is.EqualTo(new MetricSegmentName(2, 6).In(s_folder)));
    }

    [Test]
    public async Task Retired_steps_are_skipped_and_compaction_keeps_their_batches_separate()
    {
        var first = new MetricSegments(_store, s_folder);
        await AppendAsync(first, 1, 5);
        await first.AppendAsync(new MetricDataPoint[] { new(new MetricSeries("loss"), 0, s_start) });
        await first.CompactAsync();
        var second = new MetricSegments(_store, s_folder);
        await second.ContinueAsync();
        var third = new MetricSegments(_store, s_folder, [new RetiredSteps(second.LastBatch, 3)]);
        await third.ContinueAsync();
        await AppendAsync(third, 4, 3);
        var last = new MetricSegments(_store, s_folder, [new RetiredSteps(6, 3), new RetiredSteps(9, 2)]);
        await last.ContinueAsync();
        await AppendAsync(last, 3, 1);

        Assert.That(second.LastBatch, Is.EqualTo(6));
        Assert.That(await third.ReadAsync().Select(static point => point.Step).ToListAsync(), Is.EqualTo(new long?[] { 1, 2, 3, null, 4, 5, 6, 3 }));
        Assert.That(await last.ReadAsync().Select(static point => point.Step).ToListAsync(), Is.EqualTo(new long?[] { 1, 2, null, 3 }));

        await last.CompactAsync();

        Assert.That(await NamesAsync(), Has.Exactly(3).Items);
        Assert.That(await last.ReadAsync().Select(static point => point.Step).ToListAsync(), Is.EqualTo(new long?[] { 1, 2, null, 3 }));
    }

    [Test]
    public void Same_batch_has_the_same_bytes()
    {
        var tags = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2", ["c"] = "3" };
        MetricDataPoint[] one = [new(new MetricSeries("loss", null, tags), 1, s_start), new(new MetricSeries("auc"), 2, s_start)];
        MetricDataPoint[] other = [new(new MetricSeries("loss", null, tags.Reverse().ToDictionary()), 1, s_start), new(new MetricSeries("auc"), 2, s_start)];

        Assert.That(MetricSegments.Encode(one), Is.EqualTo(MetricSegments.Encode(other)));
    }

    [Test]
    public void Segment_without_points_is_rejected() => Assert.Throws<ArgumentException>(static () => MetricSegments.Encode([]));

    [Test]
    public async Task Too_many_points_for_a_segment_are_rejected()
    {
        var points = new MetricDataPoint[MetricSegments.MaxPoints + 1];

        await Assert.ThatAsync(() => new MetricSegments(_store, s_folder).AppendAsync(points), Throws.ArgumentException.With.Message.Contains("1048577"));
    }

    [TestCase("""{"format":2,"series":{}}""", "format 2")]
    [TestCase("""{"format":1,"series":[{"name":"loss","times":[1],"values":[1,2]}]}""", "2 values, 1 times")]
    [TestCase("""{"format":1,"series":[{"name":"loss","times":[1e25],"values":[1]}]}""", "an invalid time")]
    [TestCase("""{"format":1,"series":[{"name":"loss","times":[7e28,7e28],"values":[1,2]}]}""", "an invalid time")]
    [TestCase("""{"format":1,"series":[{"name":"loss","tags":{"a":null},"times":[1],"values":[1]}]}""", "a tag of the series 'loss' is null")]
    [TestCase("""{"format":1,"series":[{"name":" ","times":[1],"values":[1]}]}""", "no name")]
    [TestCase("""{"format":1,"series":[{"name":"loss" """, "truncated or altered")]
    [TestCase("""{"format":1,"series":[]}{"format":1,"series":[]}""", "truncated or altered")]
    [TestCase("""{"format":1,"series":[],"series":[]}""", "truncated or altered")]
    [TestCase("""{"format":1,"series":null}""", "truncated or altered")]
    [TestCase("""{"format":1,"series":[null]}""", "truncated or altered")]
    [TestCase("""{"format":1,"series":[{"name":"loss","times":[1]}]}""", "truncated or altered")]
    [TestCase("""{"format":1}""", "truncated or altered")]
    [TestCase("""{"series":[]}""", "truncated or altered")]
    [TestCase("""{"format":1.5,"series":[]}""", "truncated or altered")]
    [TestCase("""{"format":"1","series":[]}""", "truncated or altered")]
    [TestCase("""[]""", "truncated or altered")]
    [TestCase("", "truncated or altered")]
    public async Task Segment_that_was_altered_is_an_error_that_names_it(string json, string fault)
    {
        await WriteAsOneMemberAsync(1, json);

        await Assert.ThatAsync(
            () => StepsAsync(), Throws.TypeOf<DocumentFormatException>().With.Message.Contains(fault).And.Message.Contains("00000000000000000001.json.gz"));
    }

    [Test]
    public async Task Segment_that_is_no_gzip_is_an_error_that_names_it()
    {
        await _store.WriteTextAsync(new MetricSegmentName(1, 1).In(s_folder), "{}");

        await Assert.ThatAsync(() => StepsAsync(), Throws.TypeOf<DocumentFormatException>());
    }

    [Test]
    public async Task Segment_is_read_by_its_description_with_nothing_but_gzip_and_JSON()
    {
        var segments = new MetricSegments(_store, s_folder);
        var loss = new MetricSeries("loss", "nats");
        await segments.AppendAsync(new MetricDataPoint[]
        {
            new(loss, 0.5, s_start, 10), new(new MetricSeries("loss"), double.NaN, s_start.AddMilliseconds(250), 12),
        });
        await segments.AppendAsync(new MetricDataPoint[] { new(new MetricSeries("auc"), 1e22, s_start.AddTicks(-1)) });
        await segments.CompactAsync();

        var bytes = await _store.ReadBytesAsync(new MetricSegmentName(1, 2).In(s_folder));
        await using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var document = await JsonDocument.ParseAsync(gzip);

        Assert.That(document.RootElement.GetRawText(), Is.EqualTo(
            """{"format":1,"series":[{"name":"loss","unit":"nats","times":[1795422600000,250],"steps":[10,2],"values":[0.5,"NaN"]},"""
            + """{"name":"auc","times":[1795422599999.9999],"values":[1E+22]}]}"""));
    }

    private async Task DeleteAsync(int[] batches)
    {
        foreach (var batch in batches)
        {
            await _store.DeleteAsync(new MetricSegmentName(batch, batch).In(s_folder));
        }
    }

    private async Task WriteAsOneMemberAsync(int batch, string json)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        await _store.WriteBytesAsync(new MetricSegmentName(batch, batch).In(s_folder), buffer.ToArray());
    }

    private static Task AppendAsync(MetricSegments segments, int first, int count) => Enumerable.Range(first, count).Aggregate(
        Task.CompletedTask,
        async (before, step) =>
        {
            await before;
            await segments.AppendAsync(new MetricDataPoint[] { new(new MetricSeries("loss"), step, s_start, step) });
        });

    private static IEnumerable<string> Describe(IEnumerable<MetricDataPoint> points) => points.Select(MetricText.Describe).Order(StringComparer.Ordinal);

    private async Task<IEnumerable<string>> DescribeAsync() => Describe(await new MetricSegments(_store, s_folder).ReadAsync().ToListAsync());

    private async Task<List<long?>> StepsAsync(string? name = null) =>
        await new MetricSegments(_store, s_folder).ReadAsync(name).Select(static point => point.Step).ToListAsync();

    private async Task<List<(int First, int Last)>> RangesAsync() =>
        [.. (await NamesAsync()).Select(static name => name.Split('-', '.')).Select(static parts =>
            (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture)))];

    private async Task<List<string>> NamesAsync() => await _store.ListAsync(s_folder).Select(static entry => entry.Path.Name).ToListAsync();
}
