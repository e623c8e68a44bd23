using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Collections and verifications of a store in which the dataset 'bad' is damaged and the dataset 'good' is intact.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DamagedRecordScanTests : IDisposable
{
    private static readonly ArtifactPath s_event = ArtifactPath.Parse("datasets/bad/log/00000000000000000001.json");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceProvider _provider;
    private readonly IDatasetStore _datasets;
    private readonly IArtifactStore _store;
    private readonly bool _onDisk;

    public DamagedRecordScanTests(bool onDisk)
    {
        _onDisk = onDisk;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddLogging(static logging => logging.AddFakeLogging());
        services.AddMlOps(options => options.Storage.Provider = onDisk ? "disk" : "Memory")
            .AddLocalDiskStorage("disk", options => options.Root = Path.Combine(_folder.Path, "store"));
        _provider = services.BuildServiceProvider();
        _datasets = _provider.GetRequiredService<IDatasetStore>();
        _store = _provider.GetRequiredService<IArtifactStore>();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task A_flipped_byte_keeps_garbage_only_if_it_may_hide_a_reference()
    {
        await PrepareAsync();
        var sound = await ReadRawAsync();
        var freed = 0;
        for (var position = 0; position < sound.Length; position += 19)
        {
            var garbage = await AddGarbageAsync(position);
            await WriteRawAsync([.. sound[..position], (byte)(sound[position] ^ 0x01), .. sound[(position + 1)..]]);

            var report = await CollectTwiceAsync();

            if (_onDisk)
            {
                Assert.That(report.Damaged.Select(static fault => fault.Path), Does.Contain(s_event), $"Byte {position} was flipped.");
            }

            await WriteRawAsync(sound);
            Assert.That((await VerifyAsync()).Faults, Is.Empty, $"Byte {position} was flipped.");
            freed += await _store.FindAsync(garbage) is null ? 1 : 0;
        }

        Assert.That(freed, Is.GreaterThan(5), "damage to a time, an actor or a text hides no reference");
    }

    [Test]
    public async Task Nothing_is_deleted_if_an_event_is_missing()
    {
        await PrepareAsync();
        var garbage = await AddGarbageAsync(1);
        var sound = await ReadRawAsync();
        await _datasets.TagAsync("bad", "stage", "raw");
        await _store.DeleteAsync(s_event);

        var report = await CollectTwiceAsync();

        Assert.That(report.Damaged.Single().ToString(), Does.Contain("dataset 'bad'").And.Contain("nothing is deleted until"));
        Assert.That(await _store.FindAsync(garbage), Is.Not.Null);
        await WriteRawAsync(sound);
        await CollectTwiceAsync();
        Assert.That(await _store.FindAsync(garbage), Is.Null);
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("""{"format":1,"sequence":1,"previous":null,"event":{"kind":"snapshot","version":1}""")]
    [TestCase("""{"format":1,"sequence":2,"previous":null,"event":{"kind":"snapshot","version":1}}""")]
    [TestCase("""{"format":2}""")]
    public async Task Nothing_is_deleted_if_an_event_was_changed(string text)
    {
        await PrepareAsync();
        var garbage = await AddGarbageAsync(1);
        var sound = await ReadRawAsync();
        await _store.WriteTextAsync(s_event, text);

        await CollectTwiceAsync();

        Assert.That(await _store.FindAsync(garbage), Is.Not.Null);
        await _store.WriteBytesAsync(s_event, sound, new ArtifactWriteOptions());
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
    }

    [Test]
    public async Task An_event_of_a_newer_version_keeps_its_content_but_no_garbage()
    {
        await PrepareAsync();
        var garbage = await AddGarbageAsync(1);
        var text = Encoding.UTF8.GetString(await ReadRawAsync());
        await _store.WriteTextAsync(s_event, text.Replace("\"snapshot\"", "\"frozen\"", StringComparison.Ordinal));

        var report = await CollectTwiceAsync();

        Assert.That(report.Damaged.Single().Message, Does.Contain("Update MlOps.Core").And.Contain("is kept"));
        Assert.That(await _store.FindAsync(garbage), Is.Null);
        await _store.WriteTextAsync(s_event, text);
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
    }

    [Test]
    public async Task The_files_of_a_version_are_kept_if_its_list_of_files_is_missing()
    {
        await PrepareAsync();
        var version = (await _datasets.FindAsync("bad"))!.Versions.Single();
        var manifest = MlOps.Content.ContentStore.PathOf(version.Manifest);
        var bytes = await _store.ReadBytesAsync(manifest);
        await _store.DeleteAsync(manifest);

        var report = await CollectTwiceAsync();

        Assert.That(report.Damaged.Single().Owner, Is.EqualTo("dataset 'bad' version 1"));
        await _store.WriteBytesAsync(manifest, bytes, new ArtifactWriteOptions());
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
    }

    [Test]
    public async Task A_checkpoint_that_does_not_match_the_events_is_reported_and_deleted()
    {
        await PrepareAsync();
        for (var number = 0; number < 99; number++)
        {
            await _datasets.TagAsync("bad", "stage", $"{number}");
        }

        var path = ArtifactPath.Parse("datasets/bad/checkpoint.json");
        var checkpoint = JsonNode.Parse(await _store.ReadTextAsync(path))!;
        checkpoint["state"]!["versions"]!.AsArray().Clear();
        await _store.WriteTextAsync(path, checkpoint.ToJsonString());

        Assert.That((await VerifyAsync()).Faults.Single().Path, Is.EqualTo(path));
        var report = await CollectTwiceAsync();

        Assert.That(await _store.FindAsync(path), Is.Null);
        Assert.That(report.Damaged, Is.Empty, "the first of the two collections dropped the checkpoint");
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
        Assert.That(_provider.GetFakeLogCollector().GetSnapshot().Select(static record => record.Message), Has.One.Contains($"'{path}' did not match"));
    }

    [Test]
    public async Task A_dry_run_deletes_no_checkpoint()
    {
        await PrepareAsync();
        var path = ArtifactPath.Parse("datasets/bad/checkpoint.json");
        await _store.WriteTextAsync(path, """{"format":1,"sequence":1}""");

        var report = await _provider.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync(new GarbageCollectionOptions { DryRun = true });

        Assert.That(report.Damaged.Single().Path, Is.EqualTo(path));
        Assert.That(await _store.FindAsync(path), Is.Not.Null);
    }

    private async Task PrepareAsync()
    {
        await _datasets.SnapshotAsync("bad", Write("bad.txt", "of the damaged record"));
        await _datasets.SnapshotAsync("good", Write("good.txt", "of the sound record"));
    }

    /// <summary>Adds a version to the intact record and deletes it.</summary>
    /// <returns>The path of the content that only this version referenced.</returns>
    private async Task<ArtifactPath> AddGarbageAsync(int number)
    {
        var version = await _datasets.SnapshotAsync("good", Write("garbage.txt", $"garbage {number}"));
        await _datasets.DeleteVersionAsync(version.Reference);
        return MlOps.Content.ContentStore.PathOf(Sha256Digest.Of(Encoding.UTF8.GetBytes($"garbage {number}")));
    }

    private async Task<GarbageReport> CollectTwiceAsync()
    {
        GarbageReport? report = null;
        for (var run = 0; run < 2; run++)
        {
            _clock.Advance(TimeSpan.FromHours(2));
            report = await _provider.GetRequiredService<IStoreMaintenance>()
                .CollectGarbageAsync(new GarbageCollectionOptions { GracePeriod = TimeSpan.FromHours(1) });
        }

        return report!;
    }

    private Task<VerificationReport> VerifyAsync() => _provider.GetRequiredService<IStoreMaintenance>().VerifyAsync();

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    private string FileOfEvent => Path.Combine(_folder.Path, "store", "objects", s_event.ToString() + "@artifact");

    /// <summary>Reads the stored bytes of the event, including the checksum on disk.</summary>
    private async Task<byte[]> ReadRawAsync() =>
        _onDisk ? (await File.ReadAllBytesAsync(FileOfEvent))[..^SizeOfAttributes] : await _store.ReadBytesAsync(s_event);

    /// <summary>Changes the stored bytes of the event without using the store.</summary>
    private async Task WriteRawAsync(byte[] bytes)
    {
        if (_onDisk && File.Exists(FileOfEvent))
        {
            var file = await File.ReadAllBytesAsync(FileOfEvent);
            bytes.CopyTo(file, 0);
            await File.WriteAllBytesAsync(FileOfEvent, file);
        }
        else
        {
            await _store.WriteBytesAsync(s_event, bytes, new ArtifactWriteOptions());
        }
    }

    private int SizeOfAttributes => (int)(new FileInfo(FileOfEvent).Length - _store.FindAsync(s_event).GetAwaiter().GetResult()!.Size);
}
