using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Tracking;

public sealed class RunIndexTests : TrackingFixture
{
    private const int Count = RunIndex.CompactionThreshold + 10;
    private static readonly JsonSerializerOptions s_options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Test]
    public async Task Finished_runs_are_indexed_and_found_as_before()
    {
        await RecordManyAsync(0, Count);
        var before = await AllAsync(Lab);

        var cold = CreateLaboratory();
        cold.Store.Requests = 0;
        var after = await AllAsync(cold);

        Assert.That(
            after.Select(static run => (run.Id, run.Name, run.Metrics["number"])),
            Is.EqualTo(before.Select(static run => (run.Id, run.Name, run.Metrics["number"]))));
        Assert.That(await CountAsync("index"), Is.EqualTo(1));
        Assert.That(await CountAsync("summaries"), Is.LessThan(RunIndex.CompactionThreshold));
        Assert.That(cold.Store.Requests, Is.LessThan(RunIndex.CompactionThreshold), "A search reads a few objects, not one for each run.");
    }

    [Test]
    public async Task A_run_that_is_indexed_can_be_changed_resumed_and_deleted()
    {
        await RecordManyAsync(0, Count);
        await AllAsync(Lab);
        var runs = await Tracker.SearchRunsAsync(new RunQuery { OrderBy = ["metrics.number"], Take = 3 }).ToListAsync();
        var other = CreateLaboratory();
        await AllAsync(other);

        await Tracker.ChangeRunAsync(runs[0].Id, new RunChange { Tags = new Dictionary<string, string?> { ["changed"] = "yes" } });
        await Tracker.ChangeRunAsync(runs[1].Id, new RunChange { IsDeleted = true });
        await using (var resumed = await Tracker.ResumeRunAsync(runs[2].Id))
        {
            resumed.LogMetric("number", 1e6);
            await resumed.EndAsync();
        }

        Assert.That(await other.SearchAsync("tags.changed = 'yes'"), Is.EqualTo(new[] { "run 0" }));
        Assert.That(await other.SearchAsync("metrics.number < 3"), Is.EqualTo(new[] { "run 0" }));
        Assert.That(await other.SearchAsync("metrics.number > 1000"), Is.EqualTo(new[] { "run 2" }));
    }

    [Test]
    public async Task Tables_are_merged()
    {
        for (var part = 0; part < 4; part++)
        {
            await RecordManyAsync(part * Count, Count);
            await AllAsync(Lab);
        }

        Assert.That(await CountAsync("index"), Is.LessThan(3));
        Assert.That(
            (await AllAsync(CreateLaboratory())).Select(static run => run.Name),
            Is.EquivalentTo(Enumerable.Range(0, 4 * Count).Select(static number => $"run {number}")));
    }

    [Test]
    public async Task Concurrent_indexing_loses_no_run()
    {
        await RecordManyAsync(0, Count);
        var processes = Enumerable.Range(0, 4).Select(_ => CreateLaboratory()).ToArray();

        var found = await Task.WhenAll(processes.Select(process => Task.Run(() => AllAsync(process))));

        Assert.That(found.Select(static runs => runs.Count), Has.All.EqualTo(Count));
        await RecordManyAsync(Count, Count);
        Assert.That(await AllAsync(CreateLaboratory()), Has.Count.EqualTo(2 * Count));
    }

    [Test]
    public async Task A_run_whose_process_stopped_before_the_last_summary_has_ended()
    {
        await using var run = await Tracker.StartRunAsync("iris", "ended");
        await Lab.BeatAsync();
        var early = (await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{run.Info.Id}")).SingleAsync()).Path;
        var summary = await Store.ReadBytesAsync(early);
        run.LogMetric("loss", 0.5);
        await run.EndAsync();
        await Store.DeleteAsync((await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{run.Info.Id}")).SingleAsync()).Path);
        await Store.WriteBytesAsync(early, summary);
        var other = CreateLaboratory();

        Assert.That(await other.SearchAsync("status = 'finished' and metrics.loss = 0.5"), Is.EqualTo(new[] { "ended" }));
        Assert.That(await CreateLaboratory().SearchAsync("status = 'interrupted'"), Is.Empty);
        await RecordManyAsync(0, Count);
        await AllAsync(CreateLaboratory());
        Assert.That(await CountAsync($"summaries/{run.Info.Id}"), Is.Zero, "It is indexed as any other.");
        Assert.That(await CreateLaboratory().SearchAsync("metrics.loss = 0.5"), Is.EqualTo(new[] { "ended" }));
    }

    [Test]
    public async Task The_log_of_an_expired_run_is_read_once()
    {
        await using var run = await Tracker.StartRunAsync("iris", "silent");
        Lab.Store.IsUnplugged = true;
        Clock.Advance(TimeSpan.FromMinutes(70));
        var other = CreateLaboratory();
        Assert.That(await other.SearchAsync("status = 'interrupted'"), Is.EqualTo(new[] { "silent" }));
        other.Store.Requests = 0;

        await other.SearchAsync("");

        Assert.That(other.Store.Requests, Is.EqualTo(2), "One lists summaries, one tables.");
    }

    [Test]
    public async Task A_run_whose_summary_is_damaged_is_found_by_its_log()
    {
        var damaged = await RecordAsync("damaged");
        await RecordAsync("sound");
        var path = (await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{damaged.Id}")).SingleAsync()).Path;
        await Store.WriteTextAsync(path, "{");

        Assert.That(await Lab.SearchAsync(""), Is.EquivalentTo(new[] { "damaged", "sound" }));
        Assert.That(Lab.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains($"'{path}' of a run cannot be read"));
        await Tracker.ChangeRunAsync(damaged.Id, new RunChange { Note = "mended" });
        Assert.That(await Lab.SearchAsync(""), Is.EquivalentTo(new[] { "damaged", "sound" }));
    }

    [Test]
    public async Task A_run_that_starts_during_indexing_is_found()
    {
        var id = Guid.CreateVersion7(Clock.GetUtcNow()).ToString("N");
        await RecordManyAsync(0, Count);
        var mark = ArtifactPath.Parse($"experiments/iris/summaries/{id}/{Guid.NewGuid():N}.change");
        await Store.WriteBytesAsync(mark, []);

        await AllAsync(CreateLaboratory());

        Assert.That(await Store.FindAsync(mark), Is.Not.Null, "The first event follows.");
        Clock.Advance(TimeSpan.FromHours(2));
        await RecordManyAsync(Count, Count);
        await AllAsync(CreateLaboratory());
        Assert.That(await Store.FindAsync(mark), Is.Null, "The process died before the first event.");
    }

    [Test]
    public async Task The_index_preserves_all_properties_of_a_run()
    {
        await using (var run = await Tracker.StartRunAsync("iris", new RunStart
        {
            Name = "whole",
            Actor = "ada",
            Seed = 7,
            Note = "note",
            ParentId = new string('a', 32),
            Datasets = [new RunDataset { Name = "flights", Version = 3, Digest = "d", Context = "training", Source = "x" }, new RunDataset { Name = "other" }],
            Parameters = new Dictionary<string, string> { ["p"] = "", ["q.r"] = "1" },
            Tags = new Dictionary<string, string> { ["t"] = "ü" },
        }))
        {
            run.LogMetric("nan", double.NaN);
            run.LogMetric("inf", double.NegativeInfinity);
            run.LogMetric("tiny", double.Epsilon);
            run.LogMetric("number", 1e9, 3);
            run.LogMetrics(new Dictionary<string, double> { ["many"] = 3, ["partly"] = double.NaN }, 1);
            run.LogMetrics(new Dictionary<string, double> { ["many"] = 1, ["partly"] = 2 }, 2);
            run.LogMetrics(new Dictionary<string, double> { ["many"] = 2, ["partly"] = double.NaN }, 3);
            await run.LogTextAsync("a.txt", "a");
            await run.EndAsync(RunStatus.Failed, new TimeoutException("late"));
        }

        await RecordManyAsync(0, Count);
        await AllAsync(Lab);
        var indexed = (await AllAsync(CreateLaboratory())).Single(static run => run.Name == "whole");
        var recorded = (await Tracker.FindRunAsync(indexed.Id))!;

        Assert.That(await CountAsync($"summaries/{indexed.Id}"), Is.Zero);
        Assert.That(
            await CreateLaboratory().SearchAsync("min.number > 1000 and min_step.number = 3 and max_step.many = 1 and min.partly = 2"),
            Is.EqualTo(new[] { "whole" }));
        Assert.That(await CreateLaboratory().SearchAsync("max.number < 2 and min_step.number is null"), Is.EquivalentTo(new[] { "run 0", "run 1" }));
        Assert.That(JsonSerializer.Serialize(indexed, s_options), Is.EqualTo(JsonSerializer.Serialize(recorded, s_options)));
    }

    [Test]
    public async Task Runs_are_found_if_the_index_cannot_be_written()
    {
        await using var denied = new Laboratory(new IndexDenyingStore(Store), Clock, Folder.Path);
        for (var number = 0; number < Count; number++)
        {
            await denied.Tracker.RunAsync("iris", new RunStart(), static (_, _) => Task.CompletedTask);
        }

        Assert.That(await AllAsync(denied), Has.Count.EqualTo(Count));
        Assert.That(await AllAsync(denied), Has.Count.EqualTo(Count));
        Assert.That(denied.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains("could not be indexed"));
        Assert.That(await AllAsync(Lab), Has.Count.EqualTo(Count));
    }

    private static async Task<List<Run>> AllAsync(Laboratory process) => await process.Tracker.SearchRunsAsync(new RunQuery()).ToListAsync();

    private async Task<int> CountAsync(string folder) => await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/{folder}")).CountAsync();

    private async Task RecordManyAsync(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            await RecordAsync($"run {number}", run => run.LogMetric("number", number));
        }
    }

    private sealed class IndexDenyingStore(IArtifactStore inner) : DelegatingStore(inner)
    {
        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path) =>
            call == StoreCall.Write && path!.ToString().Contains("/index/", StringComparison.Ordinal)
            ? throw new ArtifactAccessDeniedException(path, "Give it to yourself.")
            : Task.CompletedTask;
    }
}
