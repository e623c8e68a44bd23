using MlOps.Storage;

namespace MlOps.Content;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ContentCacheSizeTests : ContentCacheFixture
{
    [Test]
    public async Task The_least_recently_used_files_of_all_processes_are_deleted()
    {
        var (a, b, c) = (await AddAsync('a'), await AddAsync('b'), await AddAsync('c'));
        var (one, other) = (Open(maxSize: (2 * Size) + 50), Open(maxSize: (2 * Size) + 50));
        foreach (var (content, digest) in new[] { (one, a), (other, b), (other, a), (one, c) })
        {
            await ReadAsync(content, digest);
            Clock.Advance(TimeSpan.FromMinutes(1));
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
            Clock.Advance(TimeSpan.FromMinutes(1));

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
    public async Task Old_incomplete_downloads_are_deleted_and_other_files_are_kept()
    {
        var (a, b) = (await AddAsync('a'), await AddAsync('b'));
        await ReadAsync(Open(), a);
        var below = Path.GetDirectoryName(FileOf(a))!;
        var (left, underWay) = (Path.Combine(below, $".{Guid.NewGuid():N}.partial"), Path.Combine(below, $".{Guid.NewGuid():N}.partial"));
        var (foreign, foreignPartial) = (Path.Combine(below, "notes.txt"), Path.Combine(below, "download.partial"));
        foreach (var (file, age) in new[] { (left, 61), (underWay, 59), (foreign, 100_000), (foreignPartial, 100_000) })
        {
            await File.WriteAllTextAsync(file, "");
            File.SetLastWriteTimeUtc(file, Clock.GetUtcNow().UtcDateTime.AddMinutes(-age));
        }

        await ReadAsync(Open(), b);

        Assert.That(Files(), Is.EquivalentTo([FileOf(a), FileOf(b), underWay, foreign, foreignPartial]));
    }

    [Test]
    public async Task An_unmarked_folder_with_names_of_cached_files_is_not_used()
    {
        var (a, mine) = (await AddAsync('a'), Sha256Digest.Of("mine"u8));
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(mine))!);
        await File.WriteAllTextAsync(FileOf(mine), "mine");
        File.SetLastWriteTimeUtc(FileOf(mine), DateTime.UnixEpoch);

        Assert.That(await ReadAsync(Open(maxSize: Size), a), Is.EqualTo(BytesOf('a')));

        Assert.That(Files(), Is.EqualTo([FileOf(mine)]));
        Assert.That(File.GetLastWriteTimeUtc(FileOf(mine)), Is.EqualTo(DateTime.UnixEpoch));
        Assert.That(Log.LatestRecord.Exception!.Message, Does.Contain(Folder.Path).And.Contain("MlOps:Content:Cache:Folder"));
    }

    [Test]
    public async Task Files_behind_links_are_neither_served_nor_deleted()
    {
        var (a, b, c) = (await AddAsync('a'), await AddAsync('b'), await AddAsync('c'));
        await ReadAsync(Open(), a);
        using var elsewhere = new TemporaryFolder();
        var (below, file) = (Path.Combine(elsewhere.Path, b.ToString()), Path.Combine(elsewhere.Path, "file"));
        await File.WriteAllBytesAsync(below, BytesOf('b'));
        await File.WriteAllBytesAsync(file, BytesOf('c'));
        Directory.CreateSymbolicLink(Path.GetDirectoryName(FileOf(b))!, elsewhere.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(c))!);
        File.CreateSymbolicLink(FileOf(c), file);
        var content = Open(maxSize: Size);

        foreach (var (digest, letter) in new[] { (b, 'b'), (c, 'c'), (await AddAsync('d'), 'd') })
        {
            Assert.That(await ReadAsync(content, digest), Is.EqualTo(BytesOf(letter)));
        }

        Assert.That(new[] { below, file }, Is.All.Exist);
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(BytesOf('c')));
    }

    [Test]
    public async Task The_cache_is_private_to_the_user()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }

        var a = await AddAsync('a');
        var folder = Path.Combine(Folder.Path, "cache");
        await ReadAsync(Open(folder: folder), a);

        var below = Path.Combine(folder, a.ToString()[..2]);
        Assert.That(
            new[] { folder, below }.Select(File.GetUnixFileMode), Is.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(Path.Combine(below, a.ToString())), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Many_readers_of_two_processes_in_a_folder_that_is_too_small_read_right_bytes_and_keep_its_size()
    {
        const int kept = 5;
        foreach (var letter in "abcdefghijklmnop")
        {
            await AddAsync(letter);
        }

        ContentStore[] processes = [Open(kept * Size), Open(kept * Size)];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(reader => Task.Run(async () =>
        {
            var random = new Random(reader);
            for (var read = 0; read < 100; read++)
            {
                var letter = (char)random.Next('a', 'q');
                Assert.That(await ReadAsync(processes[reader % 2], Sha256Digest.Of(BytesOf(letter))), Is.EqualTo(BytesOf(letter)));
            }
        })));

        Assert.That(Files(), Has.None.EndsWith(".partial"));
        Assert.That(Files(), Has.Length.AtMost(2 * kept));
        Assert.That(Log.Collector.GetSnapshot(), Is.Empty, "Nothing went wrong.");
    }
}
