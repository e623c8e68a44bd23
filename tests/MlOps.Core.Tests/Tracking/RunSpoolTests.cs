using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Tests with a store that is unavailable during a run.</summary>
public sealed class RunSpoolTests : TrackingFixture
{
    private string SpoolFolder => Path.Combine(Folder.Path, "spool");

    [Test]
    public async Task Training_continues_while_the_store_is_unavailable()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        Lab.Store.IsUnplugged = true;
        Log(run, 0, 150_000);
        await BeatAsync("heartbeat of run");

        Lab.Store.IsUnplugged = false;
        Log(run, 150_000, 10);
        await run.EndAsync();

        await AssertAllAsync(run.Info.Id, 150_010);
        Assert.That(Directory.Exists(Path.Combine(SpoolFolder, run.Info.Id)), Is.False);
    }

    [Test]
    public async Task A_run_that_cannot_be_ended_names_the_spool_and_delivers_when_it_is_resumed()
    {
        var run = await Tracker.StartRunAsync("iris");
        Log(run, 0, 70_000);
        Lab.Store.IsUnplugged = true;

        var exception = await Assert.ThrowsAsync<ProviderException>(() => run.EndAsync());
        await run.DisposeAsync();

        Assert.That(exception.Message, Does.Contain(SpoolFolder).And.Contain("resume"));
        Assert.That(Lab.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains("could not be ended"));
        Lab.Store.IsUnplugged = false;
        Clock.Advance(TimeSpan.FromMinutes(2));
        await using (var resumed = await CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id))
        {
            Log(resumed, 70_000, 10);
            await resumed.EndAsync();
        }

        await AssertAllAsync(run.Info.Id, 70_010);
    }

    [Test]
    public async Task The_end_of_a_run_can_be_retried()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        Log(run, 0, 10);
        Lab.Store.IsUnplugged = true;
        await Assert.ThrowsAsync<ProviderException>(() => run.EndAsync());
        Lab.Store.IsUnplugged = false;

        await run.EndAsync();

        await AssertAllAsync(run.Info.Id, 10);
    }

    [Test]
    public async Task An_end_without_a_summary_can_be_retried()
    {
        var store = new SummaryDenyingStore(Store);
        await using var process = new Laboratory(store, Clock, SpoolFolder);
        await using var run = await process.Tracker.StartRunAsync("iris", "tries");
        store.IsDenied = true;
        await Assert.ThrowsAsync<ArtifactAccessDeniedException>(() => run.EndAsync());
        store.IsDenied = false;

        Assert.Throws<InvalidOperationException>(() => run.LogMetric("loss", 1));
        await run.EndAsync(RunStatus.Failed);

        Assert.That(await Lab.SearchAsync("status = 'finished'"), Is.EqualTo(new[] { "tries" }));
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public void Segments_keep_their_order_in_memory_in_files_and_across_processes()
    {
        var spool = new RunSpool(SpoolFolder, maxMemory: 2, maxSize: 100);
        for (byte number = 0; number < 10; number++)
        {
            Assert.That(spool.TryAdd([number]), Is.True);
        }

        Assert.That(Take(spool, 3), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(spool.TryAdd([10]), Is.True);
        Assert.That(spool.TrySave(), Is.True);
        var next = new RunSpool(SpoolFolder, maxMemory: 2, maxSize: 100);
        next.TryAdd([11]);

        Assert.That(Take(next, 9), Is.EqualTo(Enumerable.Range(3, 9)));
        Assert.That(next.IsEmpty, Is.True);
    }

    [Test]
    public void Saved_segments_from_memory_precede_segments_in_files()
    {
        var spool = new RunSpool(SpoolFolder, maxMemory: 2, maxSize: 100);
        for (byte number = 0; number < 5; number++)
        {
            spool.TryAdd([number]);
        }

        spool.TrySave();

        Assert.That(Take(new RunSpool(SpoolFolder, maxMemory: 2, maxSize: 100), 5), Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public void A_process_that_stops_while_saving_leaves_segments_in_order()
    {
        var spool = new RunSpool(SpoolFolder, maxMemory: 2, maxSize: 4);
        for (byte number = 0; number < 5; number++)
        {
            spool.TryAdd([number]);
        }

        Assert.That(spool.TrySave(), Is.False);

        var files = Directory.GetFiles(SpoolFolder).Order(StringComparer.Ordinal);
        Assert.That(files.Select(static file => File.ReadAllBytes(file)[0]), Is.EqualTo(new[] { 0, 2, 3, 4 }));
        Assert.That(Take(spool, 5), Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public void A_missing_file_is_skipped_and_counted()
    {
        var spool = new RunSpool(SpoolFolder, maxMemory: 0, maxSize: 100);
        spool.TryAdd([1]);
        spool.TryAdd([2]);
        File.Delete(Directory.GetFiles(SpoolFolder).Order(StringComparer.Ordinal).First());

        Assert.That(Take(spool, 1), Is.EqualTo(new[] { 2 }));
        Assert.That(spool.Lost, Is.EqualTo(1));
    }

    [Test]
    public void Segments_that_cannot_be_saved_stay_in_memory()
    {
        File.WriteAllText(SpoolFolder, "a file, where the folder should be");
        var spool = new RunSpool(SpoolFolder, maxMemory: 10, maxSize: 100);
        spool.TryAdd([1]);
        spool.TryAdd([2]);

        Assert.That(spool.TrySave(), Is.False);
        Assert.That(Take(spool, 2), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_full_spool_rejects_segments()
    {
        var spool = new RunSpool(SpoolFolder, maxMemory: 1, maxSize: 3);

        Assert.That(Enumerable.Range(0, 6).Select(number => spool.TryAdd([(byte)number])), Is.EqualTo(new[] { true, true, true, true, false, false }));
    }

    [Test]
    public void A_spool_with_a_read_only_folder_rejects_segments()
    {
        File.WriteAllText(SpoolFolder, "a file, where the folder should be");
        var spool = new RunSpool(SpoolFolder, maxMemory: 1, maxSize: 100);

        Assert.That((spool.TryAdd([1]), spool.TryAdd([2])), Is.EqualTo((true, false)));
    }

    [Test]
    public void Other_files_in_the_spool_folder_are_neither_read_nor_deleted()
    {
        var notes = Path.Combine(Directory.CreateDirectory(Path.Combine(SpoolFolder, "below")).FullName, "notes.segment");
        string[] others = [notes, Path.Combine(SpoolFolder, "mine.segment"), Path.Combine(SpoolFolder, "1.segment"), Path.Combine(SpoolFolder, "data.csv")];
        foreach (var other in others)
        {
            File.WriteAllText(other, "mine");
        }

        var target = Path.Combine(Folder.Path, "target");
        File.WriteAllText(target, "mine");
        File.CreateSymbolicLink(Path.Combine(SpoolFolder, $"{7:D20}.segment"), target);
        var spool = new RunSpool(SpoolFolder, maxMemory: 0, maxSize: 100);
        spool.TryAdd([1]);

        Assert.That(Take(spool, 1), Is.EqualTo(new[] { 1 }));
        spool.Clear();

        Assert.That(others, Is.All.Exist);
        Assert.That(File.ReadAllText(target), Is.EqualTo("mine"));
    }

    [Test]
    public void A_linked_spool_folder_is_rejected()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(Folder.Path, "elsewhere")).FullName;
        var mine = Path.Combine(elsewhere, $"{1:D20}.segment");
        File.WriteAllText(mine, "mine");
        Directory.CreateSymbolicLink(SpoolFolder, elsewhere);
        var spool = new RunSpool(SpoolFolder, maxMemory: 0, maxSize: 100);

        Assert.That((spool.IsEmpty, spool.TryAdd([1])), Is.EqualTo((true, false)));
        Assert.That(spool.Failure!.Message, Does.Contain(SpoolFolder).And.Contain("symbolic link"));
        spool.Clear();

        Assert.That(Directory.GetFiles(elsewhere), Is.EqualTo(new[] { mine }));
        Assert.That(File.ReadAllText(mine), Is.EqualTo("mine"));
    }

    [Test]
    public void A_spool_is_private_to_the_user()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }

        var spool = new RunSpool(Path.Combine(SpoolFolder, "run"), maxMemory: 0, maxSize: 100);
        spool.TryAdd([1]);

        Assert.That(File.GetUnixFileMode(SpoolFolder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(
            File.GetUnixFileMode(Path.Combine(SpoolFolder, "run")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(
            File.GetUnixFileMode(Directory.GetFiles(Path.Combine(SpoolFolder, "run")).Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_failed_write_has_an_exception_and_a_full_spool_has_none()
    {
        File.WriteAllText(SpoolFolder, "a file, where the folder should be");
        var spool = new RunSpool(SpoolFolder, maxMemory: 0, maxSize: 2);

        Assert.That(spool.TryAdd([1]), Is.False);
        Assert.That(spool.Failure, Is.InstanceOf<IOException>());
        Assert.That(spool.TryAdd([1, 2, 3]), Is.False);
        Assert.That(spool.Failure, Is.Null);
    }

    private static List<int> Take(RunSpool spool, int count)
    {
        var taken = new List<int>();
        for (var i = 0; i < count; i++)
        {
            Assert.That(spool.TryPeek(out var segment), Is.True);
            taken.Add(segment[0]);
            spool.Remove();
        }

        return taken;
    }

    private static void Log(IRun run, int first, int count)
    {
        for (var step = first; step < first + count; step++)
        {
            run.LogMetric("loss", step, step);
        }
    }

    private async Task BeatAsync(string message)
    {
        Clock.Advance(TimeSpan.FromSeconds(15));
        await Until.IsTrueAsync(() => Lab.Logs.GetSnapshot().Any(record => record.Message.Contains(message, StringComparison.Ordinal)));
    }

    private async Task AssertAllAsync(string runId, int count)
    {
        var run = (await Tracker.FindRunAsync(runId))!;
        var steps = await (await Tracker.OpenRunAsync(run)).ReadMetricsAsync("loss").Select(static point => point.Step).ToListAsync();
        Assert.That(run.Status, Is.EqualTo(RunStatus.Finished));
        Assert.That(steps, Is.EqualTo(Enumerable.Range(0, count).Select(static step => (long?)step)));
    }

    private sealed class SummaryDenyingStore(IArtifactStore inner) : DelegatingStore(inner)
    {
        public bool IsDenied { get; set; }

        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path) =>
            IsDenied && call == StoreCall.Write && path!.ToString().Contains("/summaries/", StringComparison.Ordinal)
            ? throw new ArtifactAccessDeniedException(path, "Give it to yourself.")
            : Task.CompletedTask;
    }
}
