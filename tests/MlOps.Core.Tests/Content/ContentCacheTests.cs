using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Content;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ContentCacheTests : IDisposable
{
    private const int Size = 100;
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _target = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger<ContentCache> _log = new();
    private readonly InMemoryArtifactStore _artifacts = new();
    private readonly CountingStore _store;

    public ContentCacheTests() => _store = new CountingStore(_artifacts);

    public void Dispose()
    {
        _folder.Dispose();
        _target.Dispose();
    }

    [Test]
    public async Task What_was_read_once_is_served_without_the_store_also_to_another_process()
    {
        var digest = await AddAsync('a');
        await ReadAsync(Open(), digest);
        _store.Reset();

        Assert.That(await ReadAsync(Open(), digest), Is.EqualTo(BytesOf('a')));
        Assert.That(await RestoreAsync(Open(), digest), Is.EqualTo(BytesOf('a')));
        Assert.That(_store.Requests, Is.Zero);
    }

    [Test]
    public async Task What_was_restored_once_is_served_without_the_store()
    {
        var digest = await AddAsync('a');
        await RestoreAsync(Open(), digest);
        _store.Reset();

        Assert.That(await ReadAsync(Open(), digest), Is.EqualTo(BytesOf('a')));
        Assert.That(_store.Requests, Is.Zero);
    }

    [Test]
    public async Task Nothing_damaged_is_served_but_deleted_and_the_stores_copy_taken(
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
        Assert.That(_log.LatestRecord.Message, Does.Contain(digest.ToString()).And.Contain("damaged in the cache"));
        await ReadAsync(content, digest);
        Assert.That(await File.ReadAllBytesAsync(FileOf(digest)), Is.EqualTo(bytes));
    }

    [Test]
    public async Task What_was_used_least_recently_makes_room_by_whichever_process_it_was_used()
    {
        var (a, b, c) = (await AddAsync('a'), await AddAsync('b'), await AddAsync('c'));
        var (one, other) = (Open(maxSize: (2 * Size) + 50), Open(maxSize: (2 * Size) + 50));
        foreach (var (content, digest) in new[] { (one, a), (other, b), (other, a), (one, c) })
        {
            await ReadAsync(content, digest);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That((File.Exists(FileOf(a)), File.Exists(FileOf(b)), File.Exists(FileOf(c))), Is.EqualTo((true, false, true)));
    }

    [Test]
    public async Task The_cache_never_exceeds_its_size([Values(Size, 3 * Size, 7 * Size)] long maxSize)
    {
        var content = Open(maxSize);
        for (var letter = 'a'; letter < 'q'; letter++)
        {
            await ReadAsync(content, await AddAsync(letter));
            _clock.Advance(TimeSpan.FromMinutes(1));

            Assert.That(Files().Sum(static file => new FileInfo(file).Length), Is.InRange(Size, maxSize));
        }

        await Task.WhenAll(Enumerable.Range('a', 16).Select(letter => ReadAsync(content, Sha256Digest.Of(BytesOf((char)letter)))));
        Assert.That(Files().Sum(static file => new FileInfo(file).Length), Is.AtMost(maxSize));
    }

    [Test]
    public async Task A_file_larger_than_the_cache_is_read_and_not_kept()
    {
        var (small, large) = (await AddAsync('a'), await AddAsync('b', 2 * Size));
        var content = Open(maxSize: Size);
        await ReadAsync(content, small);

        Assert.That(await ReadAsync(content, large), Is.EqualTo(BytesOf('b', 2 * Size)));
        Assert.That(await RestoreAsync(content, large), Is.EqualTo(BytesOf('b', 2 * Size)));

        Assert.That(Files(), Is.EqualTo([FileOf(small)]));
    }

    [Test]
    public async Task Of_many_who_miss_at_once_one_downloads()
    {
        var digest = await AddAsync('a');
        var (downloading, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var content = Open(through: new HookedStore(_store)
        {
            Before = async (call, _) =>
            {
                downloading.TrySetResult();
                await goOn.Task;
            },
        });
        _store.Reset();

        var reads = Enumerable.Range(0, 16).Select(_ => ReadAsync(content, digest)).ToArray();
        await downloading.Task;
        goOn.SetResult();

        Assert.That(await Task.WhenAll(reads), Is.All.EqualTo(BytesOf('a')));
        Assert.That(_store.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_cancels_a_download_cancels_it_for_nobody_else()
    {
        var digest = await AddAsync('a');
        using var cancelled = new CancellationTokenSource();
        var downloading = new TaskCompletionSource();
        var content = Open(through: new HookedStore(_store)
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
    public async Task Who_reads_goes_on_reading_when_the_file_is_deleted()
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
    public async Task A_cache_that_cannot_be_written_fails_no_read_and_says_so()
    {
        var digest = await AddAsync('a');
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        var content = Open(folder: file);

        Assert.That(await ReadAsync(content, digest), Is.EqualTo(BytesOf('a')));
        Assert.That(await RestoreAsync(content, digest), Is.EqualTo(BytesOf('a')));

        Assert.That(_log.LatestRecord.Message, Does.Contain(file).And.Contain("Check that its disk has room"));
    }

    [Test]
    public async Task What_is_damaged_in_the_store_is_refused_and_not_kept()
    {
        var digest = await AddAsync('a');
        await _artifacts.WriteTextAsync(ContentStore.PathOf(digest), "swapped");

        Assert.That((await Assert.ThrowsAsync<ArtifactIntegrityException>(() => ReadAsync(Open(), digest)))!.Expected, Is.EqualTo(digest));
        await Assert.ThrowsAsync<ArtifactIntegrityException>(() => RestoreAsync(Open(), digest));

        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task What_is_not_in_the_store_is_not_found() =>
        Assert.That((await Assert.ThrowsAsync<ArtifactNotFoundException>(() => ReadAsync(Open(), Sha256Digest.Of([]))))!.Path, Is.EqualTo(ContentStore.PathOf(Sha256Digest.Of([]))));

    [Test]
    public async Task What_a_killed_process_left_of_a_download_is_deleted_in_time_and_nothing_else_in_the_folder()
    {
        var (a, b) = (await AddAsync('a'), await AddAsync('b'));
        await ReadAsync(Open(), a);
        var below = Path.GetDirectoryName(FileOf(a))!;
        var (left, underWay, foreign) = (Path.Combine(below, "x.left.partial"), Path.Combine(below, "x.now.partial"), Path.Combine(below, "notes.txt"));
        foreach (var (file, age) in new[] { (left, 61), (underWay, 59), (foreign, 100_000) })
        {
            await File.WriteAllTextAsync(file, "");
            File.SetLastWriteTimeUtc(file, _clock.GetUtcNow().UtcDateTime.AddMinutes(-age));
        }

        await ReadAsync(Open(), b);

        Assert.That(Files(), Is.EquivalentTo([FileOf(a), FileOf(b), underWay, foreign]));
    }

    private static byte[] BytesOf(char letter, int size = Size) => System.Text.Encoding.ASCII.GetBytes(new string(letter, size));

    private async Task<Sha256Digest> AddAsync(char letter, int size = Size)
    {
        var bytes = BytesOf(letter, size);
        var digest = Sha256Digest.Of(bytes);
        await _artifacts.WriteBytesAsync(ContentStore.PathOf(digest), bytes);
        return digest;
    }

    private ContentStore Open(long maxSize = 1 << 30, IArtifactStore? through = null, string? folder = null)
    {
        var options = new ContentCacheOptions { Folder = folder ?? _folder.Path, MaxSize = maxSize };
        return new ContentStore(through ?? _store, _clock, new ContentCache(options, _clock, _log));
    }

    private static async Task<byte[]> ReadAsync(ContentStore content, Sha256Digest digest, CancellationToken cancellationToken = default)
    {
        await using var opened = await content.OpenReadAsync(digest, cancellationToken);
        var bytes = new byte[opened.Info.Size];
        await opened.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<byte[]> RestoreAsync(ContentStore content, Sha256Digest digest)
    {
        await content.RestoreAsync([new ContentFile("restored", 0, digest)], _target.Path);
        return await File.ReadAllBytesAsync(Path.Combine(_target.Path, "restored"));
    }

    private string FileOf(Sha256Digest digest) => Path.Combine(_folder.Path, digest.ToString()[..2], digest.ToString());

    private string[] Files() => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
}
