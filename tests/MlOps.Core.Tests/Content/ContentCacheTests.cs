using MlOps.Storage;

namespace MlOps.Content;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ContentCacheTests : ContentCacheFixture
{
    [Test]
    public async Task Content_that_was_read_is_served_from_the_cache_in_every_process()
    {
        var digest = await AddAsync('a');
        await ReadAsync(Open(), digest);
        Store.Reset();

        Assert.That(await ReadAsync(Open(), digest), Is.EqualTo(BytesOf('a')));
        Assert.That(await RestoreAsync(Open(), digest), Is.EqualTo(BytesOf('a')));
        Assert.That(Store.Requests, Is.Zero);
    }

    [Test]
    public async Task Content_that_was_restored_is_served_from_the_cache()
    {
        var digest = await AddAsync('a');
        await RestoreAsync(Open(), digest);
        Store.Reset();

        Assert.That(await ReadAsync(Open(), digest), Is.EqualTo(BytesOf('a')));
        Assert.That(Store.Requests, Is.Zero);
    }

    [Test]
    public async Task A_damaged_cached_file_is_deleted_and_the_store_is_read(
        [Values("", "short", "flipped", "longer")] string damage, [Values] bool isRestored)
    {
        var digest = await AddAsync('a');
        var content = Open();
        await ReadAsync(content, digest);
        var bytes = BytesOf('a');
        await File.WriteAllBytesAsync(FileOf(digest), damage switch
        {
            "short" => bytes[..50],
            "flipped" => [.. bytes[..50], (byte)'b', .. bytes[51..]],
            "longer" => [.. bytes, 0],
            _ => [],
        });

        Assert.That(await (isRestored ? RestoreAsync(content, digest) : ReadAsync(content, digest)), Is.EqualTo(bytes));

        Assert.That(FileOf(digest), Does.Not.Exist);
        Assert.That(Log.LatestRecord.Message, Does.Contain(digest.ToString()).And.Contain("damaged in the cache"));
        await ReadAsync(content, digest);
        Assert.That(await File.ReadAllBytesAsync(FileOf(digest)), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Concurrent_cache_misses_cause_one_download()
    {
        var digest = await AddAsync('a');
        var (downloading, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var content = Open(through: new HookedStore(Store)
        {
            Before = async (call, _) =>
            {
                downloading.TrySetResult();
                await goOn.Task;
            },
        });
        Store.Reset();

        var reads = Enumerable.Range(0, 16).Select(_ => ReadAsync(content, digest)).ToArray();
        await downloading.Task;
        goOn.SetResult();

        Assert.That(await Task.WhenAll(reads), Is.All.EqualTo(BytesOf('a')));
        Assert.That(Store.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task Canceling_one_download_does_not_cancel_others()
    {
        var digest = await AddAsync('a');
        using var cancelled = new CancellationTokenSource();
        var downloading = new TaskCompletionSource();
        var content = Open(through: new HookedStore(Store)
        {
            Before = async (_, _) =>
            {
                if (downloading.TrySetResult())
                {
                    await Task.Delay(Timeout.Infinite, cancelled.Token);
                }
            },
        });

        var first = ReadAsync(content, digest, cancelled.Token);
        await downloading.Task;
        var second = ReadAsync(content, digest);
        await cancelled.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        Assert.That(await second, Is.EqualTo(BytesOf('a')));
    }

    [Test]
    public async Task A_read_continues_after_the_file_is_deleted()
    {
        var digest = await AddAsync('a', 3 << 20);
        var content = Open();
        await ReadAsync(content, digest);

        await using var opened = await content.OpenReadAsync(digest);
        var bytes = new byte[3 << 20];
        await opened.Stream.ReadExactlyAsync(bytes.AsMemory(0, 1));
        File.Delete(FileOf(digest));
        await opened.Stream.ReadExactlyAsync(bytes.AsMemory(1));

        Assert.That(bytes, Is.EqualTo(BytesOf('a', 3 << 20)));
    }

    [Test]
    public async Task A_read_succeeds_and_a_warning_is_logged_if_the_cache_cannot_be_written()
    {
        var digest = await AddAsync('a');
        var file = Path.Combine(Folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        var content = Open(folder: file);

        Assert.That(await ReadAsync(content, digest), Is.EqualTo(BytesOf('a')));
        Assert.That(await RestoreAsync(content, digest), Is.EqualTo(BytesOf('a')));

        Assert.That(Log.LatestRecord.Message, Does.Contain(file).And.Contain("Check that the disk has space"));
    }

    [Test]
    public async Task Damaged_content_of_the_store_is_refused_and_not_cached()
    {
        var digest = await AddAsync('a');
        await Artifacts.WriteTextAsync(ContentStore.PathOf(digest), "swapped");

        Assert.That((await Assert.ThrowsAsync<ArtifactIntegrityException>(() => ReadAsync(Open(), digest)))!.Expected, Is.EqualTo(digest));
        await Assert.ThrowsAsync<ArtifactIntegrityException>(() => RestoreAsync(Open(), digest));

        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task Missing_content_is_not_found() =>
        Assert.That(
            (await Assert.ThrowsAsync<ArtifactNotFoundException>(() => ReadAsync(Open(), Sha256Digest.Of([]))))!.Path,
            Is.EqualTo(ContentStore.PathOf(Sha256Digest.Of([]))));
}
