using System.Text;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Migrations of stores that are damaged, or that differ although they must not.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MigrationFaultTests : IDisposable
{
    private const string Churn = "models/churn";
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryArtifactStore _memory = new();
    private readonly LocalDiskArtifactStore _disk;

    public MigrationFaultTests() => _disk = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path });

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Damaged_content_at_the_source_is_reported_and_the_rest_is_copied([Values] bool isTruncated)
    {
        await SampleRecords.FillAsync(_disk);
        var damaged = ContentStore.PathOf(Sha256Digest.Of("weights 2"u8));
        DamageContent("weights 2", isTruncated);

        var report = await new ArtifactMigrator(_disk, _memory).RunAsync();

        Assert.That(report.IsComplete, Is.False);
        Assert.That(report.FaultCount, Is.EqualTo(1));
        Assert.That(report.Faults.Single().Path, Is.EqualTo(damaged));
        Assert.That(report.Faults.Single().Message, Does.Contain("source"));
        Assert.That(report.ToString(), Does.Contain("not complete").And.Contain(damaged.ToString()));
        Assert.That(await _memory.FindAsync(damaged), Is.Null);
        Assert.That(await _memory.FindAsync(SampleRecords.EventPath(Churn, 3)), Is.Not.Null);
    }

    [Test]
    public async Task Content_that_does_not_match_its_path_is_reported_even_if_the_store_does_not_verify_it()
    {
        var path = ContentStore.PathOf(Sha256Digest.Of("weights"u8));
        await _memory.WriteTextAsync(path, "swapped");

        var report = await new ArtifactMigrator(_memory, _disk).RunAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(path));
        Assert.That(await _disk.FindAsync(path), Is.Null);
    }

    [Test]
    public async Task Of_a_log_with_a_damaged_event_only_the_events_before_it_are_copied()
    {
        await SampleRecords.FillAsync(_disk);
        DamageEvent(2, isTruncated: false);

        var report = await new ArtifactMigrator(_disk, _memory).RunAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(SampleRecords.EventPath(Churn, 2)));
        Assert.That((await SampleRecords.ReadAsync(_memory, Churn)).Keys, Is.EqualTo([SampleRecords.EventPath(Churn, 1).ToString()]));
        Assert.That(await SampleRecords.ReadAsync(_memory, "datasets"), Has.Count.EqualTo(2));
    }

    [TestCase(1, 0)]
    [TestCase(2, 1)]
    public async Task Of_a_log_with_a_missing_event_only_the_events_before_it_are_copied(int missing, int copied)
    {
        await SampleRecords.FillAsync(_memory);
        await _memory.DeleteAsync(SampleRecords.EventPath(Churn, missing));

        var report = await new ArtifactMigrator(_memory, _disk).RunAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(SampleRecords.EventPath(Churn, missing)));
        Assert.That(report.Faults.Single().Message, Does.Contain("missing"));
        Assert.That(await SampleRecords.ReadAsync(_disk, Churn), Has.Count.EqualTo(copied));
    }

    [Test]
    public async Task Content_damaged_at_the_target_is_found_where_its_bytes_are_read()
    {
        await SampleRecords.FillAsync(_memory);
        var migrator = new ArtifactMigrator(_memory, _disk);
        await migrator.RunAsync();
        DamageContent("weights 2", isTruncated: false);

        var report = await migrator.RunAsync(new() { Verification = MigrationVerification.Content });

        Assert.That(report.Faults.Single().Path, Is.EqualTo(ContentStore.PathOf(Sha256Digest.Of("weights 2"u8))));
        Assert.That(report.Faults.Single().Message, Does.Contain("target"));
        Assert.That(report.VerifiedArtifacts, Is.EqualTo((await SampleRecords.ReadAsync(_memory)).Count - 1));
    }

    [Test]
    public async Task Content_swapped_at_the_target_is_found_by_its_digest()
    {
        await SampleRecords.FillAsync(_memory);
        var migrator = new ArtifactMigrator(_memory, _disk);
        await migrator.RunAsync();
        await _disk.WriteTextAsync(ContentStore.PathOf(Sha256Digest.Of("weights 2"u8)), "WEIGHTS 2");

        var report = await migrator.RunAsync();

        Assert.That(
            report.Faults.Single().Message, Does.Contain(Sha256Digest.Of("weights 2"u8).ToString()).And.Contain(Sha256Digest.Of("WEIGHTS 2"u8).ToString()));
    }

    [Test]
    public async Task Content_cut_short_at_the_target_is_replaced()
    {
        await SampleRecords.FillAsync(_memory);
        var migrator = new ArtifactMigrator(_memory, _disk);
        await migrator.RunAsync();
        await _disk.WriteTextAsync(ContentStore.PathOf(Sha256Digest.Of("weights 2"u8)), "weig");

        var report = await migrator.RunAsync();

        Assert.That((report.IsComplete, report.CopiedArtifacts), Is.EqualTo((true, 1L)), report.ToString());
        Assert.That(await SampleRecords.ReadAsync(_disk), Is.EqualTo(await SampleRecords.ReadAsync(_memory)));
    }

    [TestCase("registered there", TestName = "A_run_stops_if_the_target_has_its_own_events(another size)")]
    [TestCase("weights A", TestName = "A_run_stops_if_the_target_has_its_own_events(the same size)")]
    public async Task A_run_stops_if_the_target_has_its_own_events(string file)
    {
        using var here = new SampleRecords(_memory, Churn);
        using var there = new SampleRecords(_disk, Churn);
        await here.AddAsync("weights 1");
        await new ArtifactMigrator(_memory, _disk).RunAsync();
        await there.AddAsync(file);
        await here.AddAsync("weights 2");
        await here.AddAsync("weights 3");
        var before = await SampleRecords.ReadAsync(_disk, Churn);

        var thrown = (await Assert.ThrowsAsync<LogsDivergedException>(() => new ArtifactMigrator(_memory, _disk).RunAsync()))!;

        Assert.That((thrown.Log.ToString(), thrown.Sequence), Is.EqualTo((Churn, 2L)));
        Assert.That(thrown.Message, Does.Contain(Churn).And.Contain("Nothing was overwritten"));
        Assert.That(await SampleRecords.ReadAsync(_disk, Churn), Is.EqualTo(before));
    }

    [Test]
    public async Task An_event_that_is_recorded_at_the_target_during_a_run_is_kept()
    {
        using var here = new SampleRecords(_memory, Churn);
        await here.AddAsync("weights 1");
        var path = SampleRecords.EventPath(Churn, 1);
        var target = new ObservedStore(_disk)
        {
            Before = (call, at) => call == "write" && at == path ? _disk.WriteTextAsync(path, "registered there") : Task.CompletedTask,
        };

        await Assert.ThrowsAsync<LogsDivergedException>(() => new ArtifactMigrator(_memory, target).RunAsync());

        Assert.That(await _disk.ReadTextAsync(path), Is.EqualTo("registered there"));
    }

    [Test]
    public async Task An_event_that_differs_at_the_target_and_has_the_same_size_is_found_by_its_digest()
    {
        using var here = new SampleRecords(_memory, Churn);
        await here.AddAsync("weights 1");
        await new ArtifactMigrator(_memory, _disk).RunAsync();
        var path = SampleRecords.EventPath(Churn, 1);
        await _disk.WriteTextAsync(path, (await _disk.ReadTextAsync(path)).Replace("tester", "TESTER", StringComparison.Ordinal));

        var report = await new ArtifactMigrator(_memory, _disk).RunAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public async Task A_damaged_event_at_the_target_is_reported_and_kept()
    {
        await SampleRecords.FillAsync(_memory);
        await new ArtifactMigrator(_memory, _disk).RunAsync();
        DamageEvent(3, isTruncated: true);

        var report = await new ArtifactMigrator(_memory, _disk).RunAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(SampleRecords.EventPath(Churn, 3)));
        Assert.That(report.Faults.Single().Message, Does.Contain("target"));
    }

    [Test]
    public async Task An_artifact_that_is_overwritten_while_it_is_read_is_copied_again()
    {
        var path = ArtifactPath.Parse("report");
        await _memory.WriteTextAsync(path, "first");
        var failures = 2;
        var source = new ObservedStore(_memory)
        {
            Before = (call, read) => call == "read" && read == path && failures-- > 0 ? throw new ArtifactConflictException(path) : Task.CompletedTask,
        };

        var report = await new ArtifactMigrator(source, _disk).RunAsync();

        Assert.That(report.IsComplete, Is.True, report.ToString());
        Assert.That(await _disk.ReadTextAsync(path), Is.EqualTo("first"));
    }

    [Test]
    public async Task An_artifact_that_is_written_to_the_target_during_a_run_is_not_overwritten([Values] bool isReplaced)
    {
        var path = ArtifactPath.Parse("report");
        await _memory.WriteTextAsync(path, "new");
        if (isReplaced)
        {
            await _disk.WriteTextAsync(path, "older");
        }

        var eTag = "";
        var target =
            new ObservedStore(_disk)
            {
                Before = async (call, written) => eTag = call == "write" && written == path ? (await _memory.CopyAsync(path, _disk, path)).ETag : eTag,
            };

        var report = await new ArtifactMigrator(_memory, target).RunAsync();

        Assert.That((report.IsComplete, report.CopiedArtifacts), Is.EqualTo((true, 0L)), report.ToString());
        Assert.That((await _disk.FindAsync(path))!.ETag, Is.EqualTo(eTag));
    }

    [Test]
    public async Task An_artifact_that_is_overwritten_continuously_is_a_fault()
    {
        var path = ArtifactPath.Parse("report");
        await _memory.WriteTextAsync(path, "first");
        var source =
            new ObservedStore(_memory)
            {
                Before = (call, read) => call == "read" && read == path ? throw new ArtifactConflictException(path) : Task.CompletedTask,
            };

        var report = await new ArtifactMigrator(source, _disk).RunAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public async Task More_faults_than_a_report_lists_are_counted()
    {
        for (var number = 0; number < MigrationReport.MaxFaults + 20; number++)
        {
            await _memory.WriteTextAsync(ContentStore.PathOf(Sha256Digest.Of(BitConverter.GetBytes(number))), "swapped");
        }

        var report = await new ArtifactMigrator(_memory, _disk).RunAsync(new() { Verification = MigrationVerification.None });

        Assert.That((report.FaultCount, report.Faults.Count), Is.EqualTo((120L, 100)));
    }

    [Test]
    public async Task A_document_that_cannot_be_read_is_a_fault_of_a_migration_with_a_prefix()
    {
        using var churn = new SampleRecords(_memory, Churn);
        await churn.AddAsync("weights 1");
        var manifest = (
            await _memory.ListAsync(ArtifactPath.Parse("blobs")).OfType<ArtifactInfo>().SingleAsync(static info => info.ContentType == "application/json"))
                .Path;
        await _memory.WriteTextAsync(manifest, "{ not json", new() { ContentType = "application/json" });

        var report = await new ArtifactMigrator(_memory, _disk).RunAsync(new() { Prefix = ArtifactPath.Parse("models") });

        Assert.That(report.Faults.Select(static fault => fault.Path), Contains.Item(manifest));
    }

    private void DamageEvent(int sequence, bool isTruncated) => Damage(
        Directory.GetFiles(_folder.Path, $"*{sequence}.json@artifact", SearchOption.AllDirectories)
            .Single(static file => file.Contains("churn", StringComparison.Ordinal)),
        isTruncated);

    private void DamageContent(string content, bool isTruncated) => Damage(
        Directory.GetFiles(_folder.Path, $"{Sha256Digest.Of(Encoding.UTF8.GetBytes(content))}@artifact", SearchOption.AllDirectories).Single(),
        isTruncated);

    private static void Damage(string file, bool isTruncated)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[2] ^= 1;
        File.WriteAllBytes(file, isTruncated ? bytes[..^5] : bytes);
    }
}
