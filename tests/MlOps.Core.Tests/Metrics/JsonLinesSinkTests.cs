using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Testing;

namespace MlOps.Metrics;

public sealed class JsonLinesSinkTests : MetricsSinkConformance
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-metrics-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    protected override IMetricsSink CreateSink() => Create();

    protected override async Task<IReadOnlyList<MetricDataPoint>> ReadBackAsync() => await JsonLinesMetrics.ReadAsync(_folder).ToListAsync();

    [Test]
    public async Task Line_is_one_object_without_empty_properties()
    {
        await using var sink = Create();
        await sink.WriteAsync(new MetricDataPoint[]
        {
            new(new MetricSeries("loss", "nats", new Dictionary<string, string> { ["split"] = "test" }), double.NaN,
                new DateTimeOffset(2026, 11, 23, 8, 30, 0, 250, TimeSpan.Zero), 7),
            new(new MetricSeries("auc"), 0.5, DateTimeOffset.UnixEpoch),
        });

        Assert.That(await ReadLinesAsync(), Is.EqualTo(new[]
        {
            """{"name":"loss","value":"NaN","unit":"nats","time":"2026-11-23T08:30:00.25+00:00","step":7,"tags":{"split":"test"}}""",
            """{"name":"auc","value":0.5,"time":"1970-01-01T00:00:00+00:00"}""",
        }));
    }

    [Test]
    public async Task File_is_ended_by_its_size_and_nothing_is_lost()
    {
        await using var sink = Create(new JsonLinesSinkOptions { MaxFileSize = 4 << 10 });
        for (var step = 0; step < 200; step++)
        {
            await sink.WriteAsync(Points.Of("loss", step));
        }

        var sizes = JsonLinesMetrics.ListFiles(_folder).Select(static file => new FileInfo(file).Length).ToList();
        Assert.That(sizes, Has.Count.GreaterThan(2).And.All.LessThanOrEqualTo(4 << 10));
        Assert.That(await ReadStepsAsync(), Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task File_is_ended_by_its_age()
    {
        var clock = new FakeTimeProvider();
        await using var sink = Create(new JsonLinesSinkOptions { MaxFileAge = TimeSpan.FromHours(1) }, clock);
        await sink.WriteAsync(Points.Of("loss", 1));
        clock.Advance(TimeSpan.FromMinutes(59));
        await sink.WriteAsync(Points.Of("loss", 2));
        clock.Advance(TimeSpan.FromMinutes(1));
        await sink.WriteAsync(Points.Of("loss", 3));

        Assert.That(JsonLinesMetrics.ListFiles(_folder).Select(static file => File.ReadLines(file).Count()), Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public async Task Oldest_files_are_deleted_by_total_size_and_none_that_another_writes_to()
    {
        var clock = new FakeTimeProvider();
        await using var other = Create(clock: clock);
        await other.WriteAsync(Points.Of("loss", -1));
        await using var sink = Create(new JsonLinesSinkOptions { MaxFileSize = 4 << 10, MaxTotalSize = 16 << 10 }, clock);
        for (var step = 0; step < 400; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await sink.WriteAsync(Points.Of("loss", step));
        }

        await other.WriteAsync(Points.Of("loss", -2));

        var steps = await ReadStepsAsync();
        Assert.That(steps.Take(2), Is.EqualTo(new[] { -1, -2 }));
        Assert.That(steps.Skip(2), Is.EqualTo(Enumerable.Range(400 - (steps.Count - 2), steps.Count - 2)));
        Assert.That(JsonLinesMetrics.ListFiles(_folder).Sum(static file => new FileInfo(file).Length), Is.InRange(8 << 10, 16 << 10));
    }

    /// <summary>A service that restarts often creates a file with hardly any points each time.</summary>
    [Test]
    public async Task Many_restarts_delete_no_history()
    {
        for (var restart = 0; restart < 150; restart++)
        {
            await using var sink = Create();
            await sink.WriteAsync(Points.Of("requests", restart == 0 ? [.. Enumerable.Range(0, 10_000)] : [1]));
        }

        Assert.That(await ReadStepsAsync(), Has.Count.EqualTo(10_149));
    }

    [Test]
    public async Task Files_are_deleted_by_the_age_of_their_last_write()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using (var first = Create(clock: clock))
        {
            await first.WriteAsync(Points.Of("loss", 1));
        }

        clock.Advance(TimeSpan.FromDays(20));
        await using (var second = Create(new JsonLinesSinkOptions { MaxAge = TimeSpan.FromDays(30) }, clock))
        {
            await second.WriteAsync(Points.Of("loss", 2));
        }

        File.SetLastWriteTimeUtc(JsonLinesMetrics.ListOwnFiles(_folder)[1], clock.GetUtcNow().UtcDateTime);
        clock.Advance(TimeSpan.FromDays(11));
        await using var third = Create(new JsonLinesSinkOptions { MaxAge = TimeSpan.FromDays(30) }, clock);
        await third.WriteAsync(Points.Of("loss", 3));

        Assert.That(await ReadStepsAsync(), Is.EqualTo(new[] { 2, 3 }));
    }

    [Test]
    public async Task Files_that_exceed_the_total_size_and_cannot_be_deleted_are_a_warning()
    {
        await using var other = Create();
        await other.WriteAsync(Points.Of("loss", [.. Enumerable.Range(0, 200)]));
        var logger = new FakeLogger();
        var options = new JsonLinesSinkOptions { Path = _folder, MaxFileSize = 4 << 10, MaxTotalSize = 8 << 10 };
        await using var sink = new JsonLinesSink(options, TimeProvider.System, logger);

        await sink.WriteAsync(Points.Of("loss", -1));

        Assert.That(logger.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(logger.LatestRecord.Message, Does.Contain(_folder).And.Contain("MaxTotalSize"));
        Assert.That(await ReadStepsAsync(), Has.Count.EqualTo(201));
    }

    [Test]
    public async Task Files_that_the_sink_did_not_create_are_never_deleted()
    {
        var target = Path.Combine(_folder, "target.txt");
        await File.WriteAllTextAsync(target, "mine");
        string[] others = [
            .. new[] { "metrics-2025.jsonl", "metrics-.jsonl", "metrics-20250101T0000000000000Z-old.jsonl", "data.jsonl", "a.txt" }.Select(name =>
            Path.Combine(_folder, name))];
        foreach (var other in others)
        {
            await File.WriteAllTextAsync(other, "");
        }

        var link = Path.Combine(_folder, $"metrics-20250101T0000000000000Z-{Guid.NewGuid():N}.jsonl");
        File.CreateSymbolicLink(link, target);
        var clock = new FakeTimeProvider();
        await using var sink = Create(new JsonLinesSinkOptions { MaxFileAge = TimeSpan.FromSeconds(1), MaxFileSize = 4 << 10, MaxTotalSize = 4 << 10 }, clock);
        for (var step = 0; step < 3; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await sink.WriteAsync(Points.Of("loss", step));
        }

        Assert.That(others.Append(target).Append(link), Is.All.Exist);
        Assert.That(JsonLinesMetrics.ListOwnFiles(_folder), Has.Count.EqualTo(1));
    }

    [TestCase("{\"name\":\"loss\",\"value\":1.2")]
    [TestCase("{")]
    [TestCase("\"")]
    public async Task Torn_last_line_is_left_out(string torn)
    {
        await WriteFileAsync("""{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z","step":1}""" + "\n" + torn);

        Assert.That(await ReadStepsAsync(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Line_that_is_written_to_its_end_while_it_is_read_is_whole_or_left_out()
    {
        const string line = """{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z","step":1}""";
        await WriteFileAsync($"{line}\n{line[..20]}");
        await using var points = JsonLinesMetrics.ReadAsync(_folder).GetAsyncEnumerator();
        Assert.That(await points.MoveNextAsync(), Is.True);
        await File.AppendAllTextAsync(Path.Combine(_folder, "metrics-1.jsonl"), $"{line[20..]}\n");

        var rest = 0;
        while (await points.MoveNextAsync())
        {
            rest++;
        }

        Assert.That(rest, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Batch_that_is_replaced_while_it_is_read_is_left_out()
    {
        const string line = """{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z","step":1}""";
        await WriteFileAsync($"{line}\n{line[..20]}");
        await using var points = JsonLinesMetrics.ReadAsync(_folder).GetAsyncEnumerator();
        Assert.That(await points.MoveNextAsync(), Is.True);
        await WriteFileAsync($"{line}\n" + """{"name":"accuracy","value":0.123456789,"time":"2026-11-23T08:30:00Z"}""" + "\n");

        Assert.That(await points.MoveNextAsync(), Is.False);
    }

    [Test]
    public async Task Lines_have_the_text_of_a_serializer()
    {
        var random = new Random(3);
        MetricSeries[] series =
        [
            new("a\"<é🚀>", "\\", new Dictionary<string, string> { ["z"] = "\n", ["a+"] = "" }),
            new("b", null, new Dictionary<string, string> { ["k"] = "v" }),
            new("c", "s"),
        ];
        long[] powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
        var points = Enumerable.Range(0, 2_000).Select(number => new MetricDataPoint(
            series[random.Next(3)],
            number % 100 == 0 ? double.NegativeInfinity : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks) / powers[number % 8] * powers[number % 8], TimeSpan.Zero),
            random.Next(3) == 0 ? null : random.NextInt64(long.MinValue + 1, long.MaxValue))).ToArray();
        await using (var sink = Create())
        {
            await sink.WriteAsync(points);
        }

        var lines = points.Select(static point => JsonSerializer.Serialize(
            new JsonLine
            {
                Name = point.Series.Name,
                Value = point.Value,
                Unit = point.Series.Unit,
                Time = point.Timestamp,
                Step = point.Step,
                Tags = point.Series.Tags.Count == 0 ? null : point.Series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).ToDictionary(),
            },
            MetricsJson.Default.JsonLine));
        Assert.That(await ReadLinesAsync(), Is.EqualTo(lines));
        Assert.That((await ReadBackAsync()).Select(MetricText.Describe), Is.EqualTo(points.Select(MetricText.Describe)));
    }

    [Test]
    public async Task Written_points_are_flushed_to_the_disk_after_the_interval()
    {
        var (clock, flushes) = (new FakeTimeProvider(), 0);
        await using (var file = JsonLinesFile.Create(Path.Combine(_folder, "metrics-1.jsonl"), TimeSpan.FromSeconds(5), clock, static _ => { }, _ => flushes++))
        {
            await file.AppendAsync("one\n"u8.ToArray(), default);
            clock.Advance(TimeSpan.FromSeconds(4));
            await file.AppendAsync("two\n"u8.ToArray(), default);
            Assert.That(flushes, Is.Zero);

            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.That(flushes, Is.EqualTo(1));

            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.That(flushes, Is.EqualTo(1));

            await file.AppendAsync("three\n"u8.ToArray(), default);
        }

        Assert.That(flushes, Is.EqualTo(2));
    }

    [TestCase(null, 0)]
    [TestCase(0, 2)]
    public async Task Written_points_are_flushed_at_once_or_never(int? seconds, int expected)
    {
        var flushes = 0;
        var interval = seconds is { } value ? TimeSpan.FromSeconds(value) : (TimeSpan?)null;
        await using (var file = JsonLinesFile.Create(Path.Combine(_folder, "metrics-1.jsonl"), interval, TimeProvider.System, static _ => { }, _ => flushes++))
        {
            await file.AppendAsync("one\n"u8.ToArray(), default);
            await file.AppendAsync("two\n"u8.ToArray(), default);
        }

        Assert.That(flushes, Is.EqualTo(expected));
    }

    [Test]
    public async Task Flush_that_fails_is_reported_and_one_that_belongs_to_a_write_undoes_the_write()
    {
        var (clock, failures) = (new FakeTimeProvider(), new List<Exception>());
        var first = Path.Combine(_folder, "metrics-1.jsonl");
        await using (var later = JsonLinesFile.Create(first, TimeSpan.FromSeconds(5), clock, failures.Add, static _ => throw new IOException("no disk")))
        {
            await later.AppendAsync("one\n"u8.ToArray(), default);
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        var path = Path.Combine(_folder, "metrics-2.jsonl");
        await using (var atOnce = JsonLinesFile.Create(path, TimeSpan.Zero, clock, static _ => { }, static _ => throw new IOException("no disk")))
        {
            await Assert.ThatAsync(() => atOnce.AppendAsync("one\n"u8.ToArray(), default), Throws.TypeOf<IOException>());
        }

        Assert.That(failures.Single().Message, Is.EqualTo("no disk"));
        Assert.That(new FileInfo(path).Length, Is.Zero);
    }

    [TestCase("x")]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("""{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z"}}""")]
    [TestCase("""{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z","tags":{"a":null}}""")]
    public async Task Altered_line_is_an_error_that_names_it(string altered)
    {
        await WriteFileAsync($"{altered}\n" + """{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z","step":1}""" + "\n");

        await Assert.ThatAsync(() => ReadStepsAsync(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("Line 1 of")
            .And.Message.Contains("metrics-1.jsonl"));
    }

    [Test]
    public async Task Two_sinks_of_one_folder_do_not_share_a_file()
    {
        var clock = new FakeTimeProvider();
        await using var one = Create(clock: clock);
        await using var other = Create(clock: clock);

        await Task.WhenAll(one.WriteAsync(Points.Of("loss", 1)), other.WriteAsync(Points.Of("loss", 2)));

        Assert.That(await ReadStepsAsync(), Is.EquivalentTo(new[] { 1, 2 }));
        Assert.That(JsonLinesMetrics.ListFiles(_folder), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Write_that_fails_halfway_is_cut_off_and_its_repetition_doubles_nothing()
    {
        var path = Path.Combine(_folder, "metrics-1.jsonl");
        await using (var file = JsonLinesFile.Create(path, null, TimeProvider.System, static _ => { }))
        {
            await file.AppendAsync("one\n"u8.ToArray(), default);
            await File.AppendAllTextAsync(path, "ha"); // simulate the rest of a failed write that could not be truncated
            await file.AppendAsync("two\n"u8.ToArray(), default);
        }

        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo("one\ntwo\n"));
    }

    private JsonLinesSink Create(JsonLinesSinkOptions? options = null, TimeProvider? clock = null)
    {
        options ??= new JsonLinesSinkOptions();
        options.Path = _folder;
        return new JsonLinesSink(options, clock ?? TimeProvider.System, NullLogger.Instance);
    }

    private Task WriteFileAsync(string content) => File.WriteAllTextAsync(Path.Combine(_folder, "metrics-1.jsonl"), content);

    private async Task<List<long?>> ReadStepsAsync() => await JsonLinesMetrics.ReadAsync(_folder).Select(static point => point.Step).ToListAsync();

    private async Task<List<string>> ReadLinesAsync()
    {
        using var reader = new StreamReader(new FileStream(JsonLinesMetrics.ListFiles(_folder).Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
