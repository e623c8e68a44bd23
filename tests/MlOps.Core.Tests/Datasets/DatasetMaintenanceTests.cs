using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MlOps.Maintenance;
using MlOps.Storage;
using MlOps.Testing;

namespace MlOps.Datasets;

/// <summary>Datasets under garbage collection and verification.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DatasetMaintenanceTests : IDisposable
{
    private static readonly GarbageCollectionOptions s_hour = new() { GracePeriod = TimeSpan.FromHours(1) };
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _provider;
    private readonly IDatasetStore _datasets;
    private readonly IArtifactStore _store;
    private readonly IStoreMaintenance _maintenance;

    public DatasetMaintenanceTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddMlOps(static options => options.Storage.Provider = "disk")
            .AddLocalDiskStorage("disk", options => options.Root = Path.Combine(_folder.Path, "store"));
        _provider = services.BuildServiceProvider();
        _datasets = _provider.GetRequiredKeyedService<IDatasetStore>("Memory");
        _store = _provider.GetRequiredKeyedService<IArtifactStore>("Memory");
        _maintenance = _provider.GetRequiredKeyedService<IStoreMaintenance>("Memory");
    }

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Only_the_content_of_a_deleted_version_is_collected()
    {
        Write("data/shared", "in both versions");
        Write("data/own", "of the first");
        var first = await _datasets.SnapshotAsync("d", FolderOf("data"));
        Write("data/own", "of the second");
        var second = await _datasets.SnapshotAsync("d", FolderOf("data"));
        var before = await ListBlobsAsync();

        await _datasets.DeleteVersionAsync(first.Reference);
        await CollectAsync();
        await CollectAsync();

        Assert.That(
            before.Except(await ListBlobsAsync()), Is.EquivalentTo([first.Manifest.ToString(), Sha256Digest.Of("of the first"u8).ToString()]));
        await (await _datasets.OpenAsync(second.Reference)).RestoreAsync(FolderOf("restored"));
        Assert.That(File.ReadAllText(Path.Combine(FolderOf("restored"), "shared")), Is.EqualTo("in both versions"));
        Assert.That((await _maintenance.VerifyAsync()).IsSound);
    }

    [Test]
    public async Task A_snapshot_does_not_reference_content_that_was_collected_during_it()
    {
        var file = Write("a.txt", "known to the parent");
        var parent = await _datasets.SnapshotAsync("d", file);
        var slow = new ForwardOnlyStream("news"u8.ToArray())
        {
            Interruption = async token =>
            {
                await _datasets.DeleteVersionAsync(parent.Reference, cancellationToken: token);
                await CollectAsync();
                await CollectAsync();
            },
        };

        var snapshot = new DatasetSnapshot { Files = [file], Streams = new Dictionary<string, Stream> { ["b.txt"] = slow } };
        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => _datasets.SnapshotAsync("d", snapshot)))!;

        Assert.That((thrown.IsTransient, (await _datasets.FindAsync("d"))!.Versions.Count), Is.EqualTo((true, 0)));
        Assert.That((await _datasets.SnapshotAsync("d", file)).Number, Is.EqualTo(2));
        Assert.That((await _maintenance.VerifyAsync()).IsSound);
    }

    [Test]
    public async Task A_byte_flipped_in_any_object_of_a_dataset_is_found()
    {
        var datasets = _provider.GetRequiredService<IDatasetStore>();
        Write("data/a", "one");
        Write("data/b", "two");
        await datasets.SnapshotAsync("d", FolderOf("data"));
        await datasets.TagAsync("d", "stage", "raw", version: 1);
        var objects = Directory.GetFiles(Path.Combine(_folder.Path, "store", "objects"), "*", SearchOption.AllDirectories);
        Assert.That(objects, Has.Length.EqualTo(10), "two contents, the list of files, two events, four documents of the index and the marker");

        foreach (var file in objects)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            for (var position = 0; position < bytes.Length; position += 7)
            {
                await File.WriteAllBytesAsync(file, [.. bytes[..position], (byte)(bytes[position] ^ 0x21), .. bytes[(position + 1)..]]);

                var report = await _provider.GetRequiredService<IStoreMaintenance>().VerifyAsync();

                var name = Path.GetFileName(file).Replace("@artifact", "", StringComparison.Ordinal);
                Assert.That(report.Faults.Select(static fault => fault.Path?.Name), Does.Contain(name), $"Byte {position} of {file} was flipped.");
            }

            await File.WriteAllBytesAsync(file, bytes);
        }

        Assert.That((await _provider.GetRequiredService<IStoreMaintenance>().VerifyAsync()).IsSound);
    }

    private async Task CollectAsync()
    {
        _clock.Advance(TimeSpan.FromHours(2));
        await _maintenance.CollectGarbageAsync(s_hour);
    }

    private async Task<IReadOnlyList<string>> ListBlobsAsync() =>
        await _store.ListAsync(ArtifactPath.Parse("blobs")).Select(static entry => entry.Path.Name).ToListAsync();

    private string FolderOf(string name) => Path.Combine(_folder.Path, name);

    private string Write(string path, string text)
    {
        var file = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
