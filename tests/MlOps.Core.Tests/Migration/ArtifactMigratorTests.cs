using System.Text.Json.Nodes;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>The artifacts that a migration copies, skips and reports.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ArtifactMigratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryArtifactStore _source = new();
    private readonly LocalDiskArtifactStore _target;

    public ArtifactMigratorTests() => _target = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path });

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Everything_arrives_with_its_attributes_and_is_verified([Values] MigrationVerification verification)
    {
        await SampleRecords.FillAsync(_source);

        var report = await RunAsync(new() { Verification = verification });

        var expected = await SampleRecords.ReadAsync(_source);
        Assert.That(await SampleRecords.ReadAsync(_target), Is.EqualTo(expected));
        Assert.That(report.IsComplete, Is.True, report.ToString());
        Assert.That((report.CopiedArtifacts, report.UnchangedArtifacts, report.DryRun), Is.EqualTo(((long)expected.Count, 0L, false)));
        Assert.That(report.CopiedBytes, Is.EqualTo(await BytesAsync()));
        Assert.That(report.VerifiedArtifacts, Is.EqualTo(verification == MigrationVerification.None ? 0 : expected.Count));
    }

    [Test]
    public async Task Records_are_migrated_from_disk_to_memory()
    {
        await SampleRecords.FillAsync(_target);

        var report = await new ArtifactMigrator(_target, _source).RunAsync();

        Assert.That(report.IsComplete, Is.True, report.ToString());
        Assert.That(await SampleRecords.ReadAsync(_source), Is.EqualTo(await SampleRecords.ReadAsync(_target)));
    }

    [Test]
    public async Task Data_that_belongs_to_one_store_is_not_copied()
    {
        await SampleRecords.FillAsync(_source);

        await RunAsync();

        Assert.That(await _target.FindAsync(ArtifactPath.Parse("models/churn/checkpoint.json")), Is.Null);
        Assert.That(await _target.FindAsync(ArtifactPath.Parse("gc/mark")), Is.Null);
    }

    [Test]
    public async Task A_second_run_copies_nothing_and_does_not_query_immutable_artifacts()
    {
        await SampleRecords.FillAsync(_source);
        await RunAsync();
        var asked = new List<string>();
        var (source, target) = (Observe(_source, asked), Observe(_target, asked));

        var report = await new ArtifactMigrator(source, target).RunAsync(new() { Verification = MigrationVerification.None });

        var marker = new[] { "read mlops-store.json" };
        var changeable = new[] { "a", "reports/2026/märz.csv", "zz/empty" };
        Assert.That(asked, Is.EquivalentTo(changeable.Concat(changeable).Select(static path => $"find {path}").Concat(marker).Concat(marker)));
        Assert.That((report.CopiedArtifacts, report.CopiedBytes), Is.EqualTo((0L, 0L)));
        Assert.That(report.UnchangedArtifacts, Is.EqualTo((await SampleRecords.ReadAsync(_source)).Count));
    }

    [Test]
    public async Task A_second_run_copies_only_new_artifacts()
    {
        await SampleRecords.FillAsync(_source);
        await RunAsync();
        using (var churn = new SampleRecords(_source, "models/churn"))
        {
            await churn.AddAsync("weights 4", "labels");
        }

        await _source.WriteTextAsync(ArtifactPath.Parse("a"), "FIRST OF ALL PATHS");

        var report = await RunAsync();

        Assert.That(report.CopiedArtifacts, Is.EqualTo(4), "a file, its manifest, its event, and what was changed");
        Assert.That(await SampleRecords.ReadAsync(_target), Is.EqualTo(await SampleRecords.ReadAsync(_source)));
    }

    [Test]
    public async Task An_artifact_whose_attributes_alone_were_changed_is_replaced()
    {
        var path = ArtifactPath.Parse("report");
        await _source.WriteTextAsync(path, "same", new() { Metadata = new Dictionary<string, string> { ["owner"] = "Ann" } });
        await RunAsync();
        await _source.WriteTextAsync(path, "same", new() { Metadata = new Dictionary<string, string> { ["owner"] = "Ben" } });

        await RunAsync();

        Assert.That((await _target.FindAsync(path))!.Metadata["owner"], Is.EqualTo("Ben"));
    }

    [Test]
    public async Task A_dry_run_reports_the_artifacts_to_copy_and_writes_nothing([Values(null, "models/churn")] string? prefix)
    {
        await SampleRecords.FillAsync(_source);
        var options = new MigrationOptions { Prefix = prefix is null ? null : ArtifactPath.Parse(prefix), DryRun = true };

        var dry = await RunAsync(options);

        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path), Is.Empty);
        options.DryRun = false;
        var wet = await RunAsync(options);
        Assert.That((dry.CopiedArtifacts, dry.CopiedBytes, dry.DryRun), Is.EqualTo((wet.CopiedArtifacts, wet.CopiedBytes, true)));
        Assert.That(dry.CopiedArtifacts, Is.Positive);
    }

    [Test]
    public async Task A_migration_with_a_prefix_copies_only_a_model_and_its_content()
    {
        await SampleRecords.FillAsync(_source);

        var report = await RunAsync(new() { Prefix = ArtifactPath.Parse("models/churn") });

        Assert.That(report.IsComplete, Is.True, report.ToString());
        await SampleRecords.AssertWholeAsync(_target);
        var copied = await SampleRecords.ReadAsync(_target);
        Assert.That(copied, Has.Count.EqualTo(10), "three events, three manifests, three weights, and the labels");
        Assert.That(report.VerifiedArtifacts, Is.EqualTo(10));
        Assert.That(copied.Keys.Where(static path => !path.StartsWith("blobs/", StringComparison.Ordinal)), Is.All.StartsWith("models/churn/log/"));
    }

    [Test]
    public async Task A_migration_with_a_prefix_copies_content_that_was_lost_at_the_target()
    {
        await SampleRecords.FillAsync(_source);
        var options = new MigrationOptions { Prefix = ArtifactPath.Parse("models") };
        await RunAsync(options);
        await _target.DeleteAsync(ContentStore.PathOf(Sha256Digest.Of("labels"u8)));

        await RunAsync(options);

        await SampleRecords.AssertWholeAsync(_target);
    }

    [Test]
    public async Task Artifacts_that_are_deleted_at_the_source_during_a_run_are_omitted_and_counted()
    {
        await SampleRecords.FillAsync(_source);
        var path = ArtifactPath.Parse("zz/empty");
        var source = new ObservedStore(_source)
        {
            Before = (call, at) => call == "read" && at == path ? _source.DeleteAsync(path) : Task.CompletedTask,
        };

        var report = await new ArtifactMigrator(source, _target).RunAsync();

        Assert.That(report.IsComplete, Is.True, report.ToString());
        Assert.That(report.DeletedArtifacts, Is.EqualTo(1));
        Assert.That(await _target.FindAsync(path), Is.Null);
    }

    [Test]
    public async Task Progress_passes_through_the_steps_and_ends_with_the_totals_of_the_report()
    {
        await SampleRecords.FillAsync(_source);
        var reports = new List<OperationProgress>();

        var report = await new ArtifactMigrator(_source, _target).RunAsync(progress: new SynchronousProgress<OperationProgress>(reports.Add));

        Assert.That(
            reports.Select(static progress => progress.Step).Distinct(),
            Is.EqualTo([MigrationStep.Survey, MigrationStep.Artifacts, MigrationStep.Events, MigrationStep.Verification]));
        Assert.That(reports.Select(static progress => progress.Bytes), Is.Ordered);
        Assert.That((reports[^1].Detail, reports[^1].Bytes), Is.EqualTo(($"{report.CopiedArtifacts} copied", report.CopiedBytes)));
        Assert.That(reports[^1].Items, Is.EqualTo(report.VerifiedArtifacts));
        Assert.That(reports[^1].BytesPerSecond, Is.Positive);
    }

    [Test]
    public async Task The_parallelism_limits_concurrent_writes()
    {
        await SampleRecords.FillAsync(_source);
        var (now, most) = (0, 0);
        var target = new ObservedStore(_target)
        {
            Before = (call, _) => Task.FromResult(call == "write" ? most = Math.Max(most, Interlocked.Increment(ref now)) : 0),
            After = (call, _) => Task.FromResult(call == "write" ? Interlocked.Decrement(ref now) : 0),
        };

        await new ArtifactMigrator(_source, target).RunAsync(new() { Parallelism = 1 });

        Assert.That(most, Is.EqualTo(1));
    }

    [Test]
    public void A_store_cannot_be_copied_to_itself() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new ArtifactMigrator(_source, _source))!.Message, Does.Contain("same store"));

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_store_reached_by_two_configurations_is_not_copied_to_itself(bool hasMarker)
    {
        await SampleRecords.FillAsync(_target);
        if (!hasMarker)
        {
            await _target.DeleteAsync(StoreMarker.Path);
        }

        var (one, other) = (OpenAgain(""), OpenAgain(""));

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => new ArtifactMigrator(one, other).RunAsync());

        Assert.That(thrown!.Message, Does.Contain("same store").And.Contain("id"));
        Assert.That(await _target.FindAsync(StoreMarker.Path), hasMarker ? Is.Not.Null : Is.Null, "A refused migration leaves no marker behind.");
        using var again = new SampleRecords(one, "models/churn");
        await again.AddAsync("weights 4", "labels");
        Assert.That(await _target.FindAsync(StoreMarker.Path), Is.Not.Null, "The store works as before.");
    }

    [Test]
    public async Task A_store_inside_the_other_is_refused([Values] bool targetIsInside)
    {
        await SampleRecords.FillAsync(_target);
        var inside = OpenAgain("objects/archive");
        await SampleRecords.FillAsync(inside);
        var migrator = targetIsInside ? new ArtifactMigrator(OpenAgain(""), inside) : new ArtifactMigrator(inside, OpenAgain(""));

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => migrator.RunAsync());

        Assert.That(thrown!.Message, Does.Contain("inside").And.Contain("mlops-store.json"));
    }

    [Test]
    public async Task A_new_store_inside_the_source_or_around_it_is_refused_and_gets_no_marker([Values] bool targetIsInside)
    {
        var (outer, inside) = (OpenAgain(""), OpenAgain("objects/archive"));
        var (source, target) = targetIsInside ? (outer, inside) : (inside, outer);
        await SampleRecords.FillAsync(source);

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => new ArtifactMigrator(source, target).RunAsync());

        Assert.That(thrown!.Message, Does.Contain("inside"));
        Assert.That(await target.FindAsync(StoreMarker.Path), Is.Null);
        Assert.That(await source.FindAsync(StoreMarker.Path), Is.Not.Null);
    }

    [Test]
    public async Task A_source_without_anything_to_copy_is_a_fault_and_nothing_is_written([Values] bool hasMarker, [Values] bool dryRun)
    {
        if (hasMarker)
        {
            await SampleRecords.FillAsync(_source);
            var paths = await _source.ListAsync().Select(static entry => entry.Path).Where(static path => !StoreLayout.IsLocal(path)).ToListAsync();
            foreach (var path in paths)
            {
                await _source.DeleteAsync(path);
            }
        }

        var report = await RunAsync(new() { DryRun = dryRun });

        Assert.That((report.IsComplete, report.DryRun), Is.EqualTo((false, dryRun)));
        Assert.That(report.Faults.Single().Message, Does.Contain(hasMarker ? "with the id" : "empty or does not exist").And.Contain("Nothing was copied"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path), Is.Empty);
    }

    [TestCase("models/chrun", "Did you mean 'churn'?")]
    [TestCase("model", "Did you mean 'models'?")]
    [TestCase("nowhere/at/all", "Nothing was copied")]
    public async Task A_prefix_without_artifacts_is_a_fault(string prefix, string part)
    {
        await SampleRecords.FillAsync(_source);

        var report = await RunAsync(new() { Prefix = ArtifactPath.Parse(prefix) });

        Assert.That(report.IsComplete, Is.False);
        Assert.That(report.Faults.Single().Message, Does.Contain($"'{prefix}'").And.Contain(part));
        Assert.That(await _target.FindAsync(StoreMarker.Path), Is.Null);
    }

    [Test]
    public async Task The_marker_of_the_target_contains_the_id_of_the_source()
    {
        await SampleRecords.FillAsync(_source);
        var source = JsonNode.Parse(await _source.ReadBytesAsync(StoreMarker.Path))!;

        await RunAsync(new() { Prefix = ArtifactPath.Parse("models/churn") });
        var part = JsonNode.Parse(await _target.ReadBytesAsync(StoreMarker.Path))!;
        await RunAsync();

        var whole = JsonNode.Parse(await _target.ReadBytesAsync(StoreMarker.Path))!;
        Assert.That(part["id"]!.GetValue<string>(), Is.Not.EqualTo(source["id"]!.GetValue<string>()).And.EqualTo(whole["id"]!.GetValue<string>()));
        Assert.That((part["kinds"]!.ToJsonString(), part["copiedFrom"]!.ToJsonString()), Is.EqualTo(("[\"models\"]", "[]")));
        Assert.That(whole["kinds"]!.ToJsonString(), Is.EqualTo(source["kinds"]!.ToJsonString()));
        Assert.That(whole["copiedFrom"]!.ToJsonString(), Is.EqualTo($"[\"{source["id"]}\"]"));
    }

    [TestCase(0)]
    [TestCase(257)]
    public async Task A_parallelism_out_of_range_is_refused(int parallelism) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RunAsync(new() { Parallelism = parallelism }));

    private static ObservedStore Observe(IArtifactStore store, List<string> asked) => new(store)
    {
        Before = (call, path) =>
        {
            lock (asked)
            {
                asked.AddRange(call.StartsWith("list", StringComparison.Ordinal) ? [] : [$"{call} {path}"]);
            }

            return Task.CompletedTask;
        },
    };

    /// <summary>Opens the folder of the target, or a folder in it, with another configuration.</summary>
    private LocalDiskArtifactStore OpenAgain(string folder) => new(new LocalDiskStorageOptions { Root = Path.Combine(_folder.Path, folder) });

    private Task<MigrationReport> RunAsync(MigrationOptions? options = null) => new ArtifactMigrator(_source, _target).RunAsync(options);

    private async Task<long> BytesAsync() =>
        await _source.ListAsync().Where(static entry => !StoreLayout.IsLocal(entry.Path)).Select(static entry => entry.Size).SumAsync();
}
