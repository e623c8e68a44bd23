using System.IO.Compression;
using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Tracking;

[NonParallelizable] // one test measures the memory of the process
public sealed class LongTextTests : TrackingFixture
{
    private const int RunsInTable = RunIndex.CompactionThreshold + 2;
    private static readonly string s_x = new string('a', 2000) + "x";
    private static readonly string s_y = new string('a', 2000) + "y";
    private static readonly string s_longer = new string('a', 2000) + "xx";
    private static readonly string s_pairs = "b" + string.Concat(Enumerable.Repeat("😀", 1000));
    private static readonly string s_number = new string('0', 1500) + "7.5";

    [TestCase("params.t = '{x}'", "x")]
    [TestCase("params.t != '{x}'", "7.5 pairs longer y")]
    [TestCase("params.t IN ('{x}', '{y}', '{pairs}')", "pairs y x")]
    [TestCase("params.t not in ('{x}', 'short')", "7.5 pairs longer y")]
    [TestCase("params.t = 'short'", "")]
    [TestCase("params.t LIKE '%y'", "y")]
    [TestCase("params.t ILIKE 'A%XX'", "longer")]
    [TestCase("params.t LIKE '%😀'", "pairs")]
    [TestCase("params.t > 7", "7.5")]
    [TestCase("params.t is null", "none")]
    [TestCase("not params.t = '{x}' and params.t is not null", "7.5 pairs longer y")]
    [TestCase("tags.t like '%x' or note like '%y'", "longer y x")]
    [TestCase("tags.t = '{y}' and note = '{y}'", "y")]
    [TestCase("tags.mlflow.note.content like 'a%y'", "y")]
    public async Task Filters_compare_full_texts(string filter, string expected)
    {
        await RecordAllAsync();
        var whole = filter.Replace("{x}", s_x, StringComparison.Ordinal).Replace("{y}", s_y, StringComparison.Ordinal).Replace(
            "{pairs}", s_pairs, StringComparison.Ordinal);

        Assert.That(string.Join(' ', await CreateLaboratory().SearchAsync(whole)), Is.EqualTo(expected));
    }

    [TestCase("params.t", "7.5 x longer y pairs none")]
    [TestCase("params.t desc", "pairs y longer x 7.5 none")]
    [TestCase("note desc", "pairs y longer x 7.5 none")]
    public async Task Runs_are_ordered_and_paged_by_full_texts(string orderBy, string expected)
    {
        await RecordAllAsync();

        Assert.That(string.Join(' ', await CreateLaboratory().SearchAsync("", "iris", orderBy)), Is.EqualTo(expected));
        var pages = await PagesAsync(new RunQuery { OrderBy = [orderBy], Take = 1 });
        Assert.That(string.Join(' ', pages.SelectMany(static page => page).Select(static run => run.Name)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Found_runs_have_full_texts()
    {
        var failure = new InvalidOperationException(new string('m', 3000));
        await using (var run = await Tracker.StartRunAsync("iris", new RunStart
        {
            Name = "long",
            Note = s_y,
            Parameters = new Dictionary<string, string> { ["t"] = s_x, ["pairs"] = s_pairs, ["short"] = "1" },
            Tags = new Dictionary<string, string> { ["t"] = s_y },
            Datasets = [new RunDataset { Name = "d", Source = s_x, Digest = s_y, Context = "c" }],
        }))
        {
            await run.EndAsync(RunStatus.Failed, failure);
        }

        var recent = await FindAsync();
        await RecordManyAsync(RunsInTable);
        await Lab.SearchAsync("");
        var indexed = await FindAsync();

        Assert.That(await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{indexed.Id}")).CountAsync(), Is.Zero, "It is in a table.");
        foreach (var found in new[] { recent, indexed })
        {
            Assert.That((found.Note, found.Parameters["t"], found.Parameters["pairs"], found.Parameters["short"]), Is.EqualTo((s_y, s_x, s_pairs, "1")));
            Assert.That((found.Tags["t"], found.Datasets[0].Source, found.Datasets[0].Digest, found.Datasets[0].Context), Is.EqualTo((s_y, s_x, s_y, "c")));
            Assert.That((found.Status, found.Failure!.Message), Is.EqualTo((RunStatus.Failed, failure.Message)));
        }

        async Task<Run> FindAsync() => await CreateLaboratory().Tracker.SearchRunsAsync(new RunQuery { Filter = "name = 'long'" }).SingleAsync();
    }

    [Test]
    public async Task A_search_reads_a_log_only_for_full_texts()
    {
        await RecordAllAsync();
        await Lab.SearchAsync("name = 'none'");
        Lab.Store.Requests = 0;

        await Lab.SearchAsync("params.t = 'short' or tags.t = 'short' or name = 'x' and params.t > 8 or params.missing like '%y'");
        Assert.That(Lab.Store.Requests, Is.EqualTo(2), "It lists the summaries and the tables.");

        await Lab.SearchAsync("params.t like '%z'");
        Assert.That(Lab.Store.Requests, Is.GreaterThan(2 + 5));
    }

    [TestCase("a\05")]
    [TestCase("a\0b")]
    [TestCase("\0")]
    public async Task A_text_that_contains_the_separator_is_compared_exactly(string text)
    {
        await RecordAsync("it", change: new RunChange { Parameters = new Dictionary<string, string> { ["t"] = text } });
        await RecordAsync("other", change: new RunChange { Parameters = new Dictionary<string, string> { ["t"] = "a" } });

        Assert.That(await Lab.SearchAsync($"params.t = '{text}'"), Is.EqualTo(new[] { "it" }));
        Assert.That(await Lab.SearchAsync($"params.t != '{text}'"), Is.EqualTo(new[] { "other" }));
        Assert.That((await Tracker.SearchRunsAsync(new RunQuery { Filter = "name = 'it'" }).SingleAsync()).Parameters["t"], Is.EqualTo(text));
    }

    [Test]
    public async Task Full_texts_in_summaries_and_tables_of_earlier_versions_are_shortened()
    {
        await RecordManyAsync(RunsInTable);
        await Lab.SearchAsync("");
        var x = await RecordAsync("x", change: ChangeTo(s_x));
        var y = await RecordAsync("y", change: ChangeTo(s_y));
        var whole = await Task.WhenAll(new[] { x, y }.Select(ReadWholeAsync));
        await Store.WriteBytesAsync(whole[0].Path, JsonSerializer.SerializeToUtf8Bytes(whole[0].Summary, TrackingJson.Default.RunSummary));
        await Store.DeleteAsync(whole[1].Path);
        var table = RunTableBuilder.Build([whole[1].Summary with { State = whole[1].Summary.State with { Note = new string('n', 50_000) } }]);
        using var packed = new MemoryStream();
        await using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await JsonSerializer.SerializeAsync(packing, table, TrackingJson.Default.RunTableDocument);
        }

        await Store.WriteBytesAsync(ArtifactPath.Parse($"experiments/iris/index/{Guid.NewGuid():N}.json.gz"), packed.ToArray());
        var other = CreateLaboratory();

        Assert.That(await other.SearchAsync($"params.t in ('{s_x}', '{s_y}')"), Is.EqualTo(new[] { "y", "x" }));
        Assert.That(await other.SearchAsync($"params.t = '{s_y}'"), Is.EqualTo(new[] { "y" }));
        Assert.That(new RunTable(table).Texts("params.t").Texts[0], Has.Length.LessThan(1100));
        Assert.That(new RunTable(table).Texts("note").Texts[0], Is.EqualTo(new string('n', 1000) + "\050000"));

        async Task<(ArtifactPath Path, RunSummary Summary)> ReadWholeAsync(Run run)
        {
            var path = (await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{run.Id}")).SingleAsync()).Path;
            var summary = JsonSerializer.Deserialize(await Store.ReadBytesAsync(path), TrackingJson.Default.RunSummary)!;
            Assert.That(summary.State.Parameters["t"], Has.Length.LessThan(1100), "The summary is stored with shortened texts.");
            return (path, summary with { State = summary.State with { Parameters = summary.State.Parameters.SetItem("t", run.Name == "x" ? s_x : s_y) } });
        }
    }

    [Test]
    public async Task A_run_whose_full_texts_cannot_be_read_is_omitted_with_a_warning()
    {
        var run = await RecordAsync("damaged", change: ChangeTo(s_x));
        await RecordAsync("sound", change: ChangeTo(s_x));
        await foreach (var entry in Store.ListAsync(ArtifactPath.Parse($"experiments/iris/runs/{run.Id}")))
        {
            await Store.WriteTextAsync(entry.Path, "{");
        }

        Assert.That(await CreateLaboratory().SearchAsync("name = 'damaged' or name = 'sound'"), Is.EqualTo(new[] { "sound" }));
        var searching = CreateLaboratory();
        Assert.That(await searching.SearchAsync($"params.t = '{s_x}'"), Is.EqualTo(new[] { "sound" }));
        Assert.That(
            searching.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains($"The log of run '{run.Id}' is missing or damaged"));
    }

    [Test]
    public async Task A_search_keeps_no_long_texts_in_memory()
    {
        const int Runs = 260;
        const int Parameters = 8;
        using var folder = new TemporaryFolder();
        var disk = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path });
        await using (var recording = new Laboratory(disk, Clock, Folder.Path))
        {
            for (var number = 0; number < Runs; number++)
            {
                var texts = Enumerable.Range(0, Parameters).ToDictionary(
                    static index => $"p{index}", index => $"{number} {index} " + new string((char)('a' + index), 60_000));
                await recording.Tracker.RunAsync("iris", new RunStart { Parameters = texts }, static (_, _) => Task.CompletedTask);
            }
        }

        await using var searching = new Laboratory(disk, Clock, Folder.Path);
        var idle = GC.GetTotalMemory(forceFullCollection: true);
        var (most, found) = (0L, 0);
        var lengths = new HashSet<int>();
        await foreach (var run in searching.Tracker.SearchRunsAsync(new RunQuery { Filter = "params.p0 != 'x'" }))
        {
            lengths.Add(run.Parameters["p7"].Length - run.Parameters["p7"].IndexOf('h', StringComparison.Ordinal));
            if (found++ % 50 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        var kept = GC.GetTotalMemory(forceFullCollection: true) - idle;
        await TestContext.Out.WriteLineAsync($"kept {kept / 1048576.0:0.0} MiB, at most {(most - idle) / 1048576.0:0.0} MiB");
        Assert.That(lengths, Is.EqualTo(new[] { 60_000 }));
        Assert.That(found, Is.EqualTo(Runs));
        Assert.That(most - idle, Is.LessThan(64 << 20), "The issue allows 64 MiB.");
        Assert.That(kept, Is.LessThan(16 << 20));
        GC.KeepAlive(searching);
    }

    private static RunChange ChangeTo(string text) => new()
    {
        Parameters = new Dictionary<string, string> { ["t"] = text },
        Tags = new Dictionary<string, string?> { ["t"] = text },
        Note = text,
    };

    private async Task RecordAllAsync()
    {
        await RecordAsync("none");
        foreach (var (name, text) in new[] { ("x", s_x), ("y", s_y), ("longer", s_longer), ("pairs", s_pairs), ("7.5", s_number) })
        {
            await RecordAsync(name, change: ChangeTo(text));
        }
    }

    private async Task RecordManyAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await RecordAsync($"run {number}");
        }
    }
}
