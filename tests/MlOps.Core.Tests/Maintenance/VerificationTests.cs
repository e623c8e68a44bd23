using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VerificationTests
{
    private readonly InMemoryArtifactStore _store = new();
    private readonly NoteArchive _archive;

    public VerificationTests() => _archive = new NoteArchive(_store, TimeProvider.System);

    [Test]
    public async Task An_intact_store_is_reported_with_the_number_of_verified_files([Values] bool readContent)
    {
        await _archive.RegisterAsync("one", "two");
        await _archive.RegisterAsync("two", "three");
        await _archive.StoreAsync("named by nothing");

        var report = await _archive.Maintain().VerifyAsync(new VerificationOptions { ReadContent = readContent });

        Assert.That((report.IsSound, report.Files, report.Bytes, report.FaultCount), Is.EqualTo((true, 3L, 44L, 0L)));
    }

    [Test]
    public async Task A_flipped_byte_in_any_object_is_reported_with_its_path()
    {
        using var folder = new TemporaryFolder();
        var disk = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path });
        var archive = new NoteArchive(disk, TimeProvider.System);
        await archive.RegisterAsync("one", "two");
        await archive.RegisterAsync("three");
        var files = Directory.GetFiles(Path.Combine(folder.Path, "objects"), "*", SearchOption.AllDirectories);
        Assert.That(files, Has.Length.EqualTo(6), "two events, three documents and the marker");

        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var position in Enumerable.Range(0, bytes.Length).Where(position => position % 5 == 0 || position > bytes.Length - 50))
            {
                await File.WriteAllBytesAsync(file, [.. bytes[..position], (byte)(bytes[position] ^ 0x21), .. bytes[(position + 1)..]]);

                var report = await archive.Maintain().VerifyAsync();

                Assert.That(report.IsSound, Is.False, $"Byte {position} of {file} was flipped.");
                var name = Path.GetFileName(file).Replace("@artifact", "", StringComparison.Ordinal);
                Assert.That(report.Faults.Select(static fault => fault.Path!.Name), Does.Contain(name), $"Byte {position} of {file} was flipped.");
            }

            await File.WriteAllBytesAsync(file, bytes);
        }

        Assert.That((await archive.Maintain().VerifyAsync()).IsSound, Is.True);
    }

    [Test]
    public async Task A_checkpoint_that_cannot_be_read_is_reported_and_the_content_of_its_record_is_verified()
    {
        await _archive.RegisterAsync("one");
        await _store.WriteTextAsync(NoteLog.Folder.Append("checkpoint.json"), "{");

        var report = await _archive.Maintain().VerifyAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(NoteLog.Folder.Append("checkpoint.json")));
        Assert.That(report.Files, Is.EqualTo(1));
    }

    [Test]
    public async Task Changed_content_is_reported_with_both_digests_and_its_owner()
    {
        await _archive.RegisterAsync("one");
        await _archive.RegisterAsync("two");
        await _store.WriteTextAsync(NoteArchive.PathOf("two"), "swapped");

        var fault = (await _archive.Maintain().VerifyAsync()).Faults.Single();

        Assert.That((fault.Path, fault.Owner), Is.EqualTo((NoteArchive.PathOf("two"), "note 2")));
        Assert.That((fault.Expected, fault.Actual), Is.EqualTo(((Sha256Digest?)NoteArchive.DigestOf("two"), (Sha256Digest?)Sha256Digest.Of("swapped"u8))));
        Assert.That(fault.ToString(), Does.StartWith("note 2: ").And.Contain(NoteArchive.DigestOf("two").ToString()));
    }

    [Test]
    public async Task Missing_content_is_reported_with_its_owner([Values] bool readContent)
    {
        await _archive.RegisterAsync("one");
        await _store.DeleteAsync(NoteArchive.PathOf("one"));

        var fault = (await _archive.Maintain().VerifyAsync(new VerificationOptions { ReadContent = readContent })).Faults.Single();

        Assert.That(
            (fault.Path, fault.Owner, fault.Expected, fault.Actual),
            Is.EqualTo((NoteArchive.PathOf("one"), "note 1", (Sha256Digest?)NoteArchive.DigestOf("one"), (Sha256Digest?)null)));
        Assert.That(fault.Message, Does.Contain("is missing"));
    }

    [Test]
    public async Task Without_reading_content_the_recorded_digests_are_compared()
    {
        await _archive.RegisterAsync("one");
        await _store.WriteTextAsync(NoteArchive.PathOf("one"), "swapped");

        var fault = (await _archive.Maintain().VerifyAsync(new VerificationOptions { ReadContent = false })).Faults.Single();

        Assert.That((fault.Expected, fault.Actual), Is.EqualTo(((Sha256Digest?)NoteArchive.DigestOf("one"), (Sha256Digest?)Sha256Digest.Of("swapped"u8))));
    }

    [Test]
    public async Task A_fault_in_one_kind_of_record_does_not_hide_faults_in_another()
    {
        await _archive.RegisterAsync("one");
        await _store.DeleteAsync(NoteArchive.PathOf("one"));
        var maintenance = new StoreMaintenance(_store, [new UnreadableRecords(), _archive], TimeProvider.System, NullLogger<StoreMaintenance>.Instance);

        var report = await maintenance.VerifyAsync();

        Assert.That(report.Faults.Select(static fault => fault.Path), Is.EqualTo([UnreadableRecords.Path, NoteArchive.PathOf("one")]));
        Assert.That((report.FaultCount, report.Files), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public async Task A_changed_event_is_reported()
    {
        await _archive.RegisterAsync("one");
        await _archive.RegisterAsync("two");
        var text = await _store.ReadTextAsync(NoteLog.PathOf(1));
        await _store.WriteTextAsync(NoteLog.PathOf(1), text.Replace("tester", "Tester", StringComparison.Ordinal));

        Assert.That((await _archive.Maintain().VerifyAsync()).Faults.Single().Path, Is.EqualTo(NoteLog.PathOf(1)));
    }

    [Test]
    public async Task The_list_of_faults_is_limited_and_all_faults_are_counted()
    {
        await _archive.RegisterAsync("one", "two", "three");
        foreach (var text in new[] { "one", "two", "three" })
        {
            await _store.DeleteAsync(NoteArchive.PathOf(text));
        }

        var report = await _archive.Maintain().VerifyAsync(new VerificationOptions { MaxFaults = 2 });

        Assert.That((report.Faults.Count, report.FaultCount), Is.EqualTo((2, 3L)));
    }

    [Test]
    public async Task A_store_that_fails_is_not_reported_as_damaged()
    {
        await _archive.RegisterAsync("one");
        var failing = new HookedStore(_store)
        {
            Before = static (_, path) => GarbageScene.IsOfRecord(path)
                ? Task.CompletedTask
                : throw new ProviderException("Test", "read", isTransient: true, "The network is down. Try again."),
        };

        await Assert.ThrowsAsync<ProviderException>(() => new NoteArchive(failing, TimeProvider.System).Maintain().VerifyAsync());
    }

    [Test]
    public async Task Progress_counts_files_and_bytes_to_the_end()
    {
        await _archive.RegisterAsync("one", "two");
        var reports = new List<OperationProgress>();

        await _archive.Maintain().VerifyAsync(progress: new ListedProgress(reports));

        Assert.That((reports[^1].Step, reports[^1].Items, reports[^1].Bytes), Is.EqualTo((MaintenanceStep.VerifyingContent, 2L, 28L)));
    }

    private sealed class UnreadableRecords : IRecordKind
    {
        public static ArtifactPath Path { get; } = ArtifactPath.Parse("models/m/log/00000000000000000001.json");

        public string Kind => "models";

        public bool IsReproducible => false;

        public bool Owns(ArtifactPath folder) => true;

        public IAsyncEnumerable<ReplayedRecord> ReadAsync(CancellationToken cancellationToken = default) =>
            new[]
            {
                new ReplayedRecord(ArtifactPath.Parse("models/m"), "model 'm'", [], new DocumentFormatException(Path, "it is null. Restore it from a copy.")),
            }
                .ToAsyncEnumerable();
    }
}
