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
    public async Task Line_is_one_object_with_what_there_is()
    {
        await using var sink = Create();
        await sink.WriteAsync(new MetricDataPoint[]
        {
            new(new MetricSeries("loss", "nats", new Dictionary<string, string> { ["split"] = "test" }), double.NaN, new DateTimeOffset(2026, 11, 23, 8, 30, 0, 250, TimeSpan.Zero), 7),
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

        Assert.That(JsonLinesMetrics.ListFiles(_folder).Select(static file => new FileInfo(file).Length).ToList(), Has.Count.GreaterThan(2).And.All.LessThanOrEqualTo(4 << 10));
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
    public async Task Oldest_files_are_deleted_and_none_that_another_writes_to()
    {
        var clock = new FakeTimeProvider();
        await using var other = Create(clock: clock);
        await other.WriteAsync(Points.Of("loss", -1));
        await using var sink = Create(new JsonLinesSinkOptions { MaxFileAge = TimeSpan.FromSeconds(1), MaxFiles = 3 }, clock);
        for (var step = 0; step < 10; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await sink.WriteAsync(Points.Of("loss", step));
        }

        await other.WriteAsync(Points.Of("loss", -2));

        Assert.That(await ReadStepsAsync(), Is.EqualTo(new[] { -1, -2, 8, 9 }).Or.EqualTo(new[] { -1, -2, 7, 8, 9 }));
    }

    [Test]
    public async Task Files_that_the_sink_did_not_create_are_never_deleted()
    {
        var target = Path.Combine(_folder, "target.txt");
        await File.WriteAllTextAsync(target, "mine");
        string[] others = [.. new[] { "metrics-2025.jsonl", "metrics-.jsonl", "metrics-20250101T0000000000000Z-old.jsonl", "data.jsonl", "a.txt" }.Select(name => Path.Combine(_folder, name))];
        foreach (var other in others)
        {
            await File.WriteAllTextAsync(other, "");
        }

        var link = Path.Combine(_folder, $"metrics-20250101T0000000000000Z-{Guid.NewGuid():N}.jsonl");
        File.CreateSymbolicLink(link, target);
        var clock = new FakeTimeProvider();
        await using var sink = Create(new JsonLinesSinkOptions { MaxFileAge = TimeSpan.FromSeconds(1), MaxFiles = 1 }, clock);
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

    [TestCase("x")]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("""{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z"}}""")]
    public async Task Altered_line_is_an_error_that_names_it(string altered)
    {
        await WriteFileAsync($"{altered}\n" + """{"name":"loss","value":1,"time":"2026-11-23T08:30:00Z","step":1}""" + "\n");

        await Assert.ThatAsync(() => ReadStepsAsync(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("Line 1 of").And.Message.Contains("metrics-1.jsonl"));
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
        await using (var file = JsonLinesFile.Create(path, DateTimeOffset.UnixEpoch))
        {
            await file.AppendAsync("one\n"u8.ToArray(), default);
            await File.AppendAllTextAsync(path, "ha"); // what a write that failed on a full disk leaves, which could not be cut off then
            await file.AppendAsync("two\n"u8.ToArray(), default);
        }

        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo("one\ntwo\n"));
    }

    private JsonLinesSink Create(JsonLinesSinkOptions? options = null, TimeProvider? clock = null)
    {
        options ??= new JsonLinesSinkOptions();
        options.Path = _folder;
        return new JsonLinesSink(options, clock ?? TimeProvider.System);
    }

    private Task WriteFileAsync(string content) => File.WriteAllTextAsync(Path.Combine(_folder, "metrics-1.jsonl"), content);

    private async Task<List<long?>> ReadStepsAsync() => await JsonLinesMetrics.ReadAsync(_folder).Select(static point => point.Step).ToListAsync();

    private async Task<List<string>> ReadLinesAsync()
    {
        using var reader = new StreamReader(new FileStream(JsonLinesMetrics.ListFiles(_folder).Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
