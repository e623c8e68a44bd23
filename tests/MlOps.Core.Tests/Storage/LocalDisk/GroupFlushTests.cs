using MlOps.Content;

namespace MlOps.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GroupFlushTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualResetEventSlim _mayEnd = new(initialState: false);
    private readonly SemaphoreSlim _hasBegun = new(0);
    private int _flushes;

    public void Dispose()
    {
        _mayEnd.Dispose();
        _hasBegun.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Writes_that_come_during_a_flush_share_the_next_one_and_wait_for_its_end()
    {
        var group = new GroupFlush(() => FlushWhenAllowed);
        using var scope = group.Begin();
        var first = group.JoinAsync();
        await _hasBegun.WaitAsync();

        var later = Enumerable.Range(0, 5).Select(_ => group.JoinAsync()).ToArray();

        Assert.That(later.Append(first).Any(static task => task.IsCompleted), Is.False);
        _mayEnd.Set();
        Assert.That(await Task.WhenAll([first, .. later]), Is.All.True);
        Assert.That(_flushes, Is.EqualTo(2)); // the one that had begun covers nothing that came later
    }

    [Test]
    public async Task A_flush_that_fails_leaves_each_write_to_flush_its_own_file()
    {
        var group = new GroupFlush(static () => static () => throw new IOException("disk"));
        using var scope = group.Begin();

        Assert.That(await group.JoinAsync(), Is.False);
        Assert.That(await group.JoinAsync(), Is.False);
    }

    [Test]
    public async Task Nothing_is_shared_outside_of_a_scope_and_where_the_file_system_is_not_known()
    {
        _mayEnd.Set();
        var group = new GroupFlush(() => FlushWhenAllowed);
        var scope = group.Begin();
        scope.Dispose();
        scope.Dispose();
        var unknown = new GroupFlush(static () => null);
        using var other = unknown.Begin();

        Assert.That((await group.JoinAsync(), await unknown.JoinAsync(), _flushes), Is.EqualTo((false, false, 0)));
    }

    [Test]
    public void The_file_system_of_a_local_folder_is_flushed_and_that_of_proc_is_not_known()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("File systems are flushed on Linux.");
        }

        GroupFlush.FindFlush(_folder.Path)?.Invoke();
        Assert.That(GroupFlush.FindFlush("/proc") is null);
    }

    [Test]
    public async Task Many_small_files_are_stored_whole()
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder.Path, "source")).FullName;
        for (var i = 0; i < 200; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(source, $"{i}"), $"content {i % 150}");
        }

        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = Path.Combine(_folder.Path, "store") });
        var content = new ContentStore(store, TimeProvider.System);

        var files = await (await content.BeginWriteAsync()).AddFilesAsync([source]);

        Assert.That(await store.ListAsync(ContentStore.Folder).CountAsync(), Is.EqualTo(150));
        await content.RestoreAsync(files, Path.Combine(_folder.Path, "restored"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder.Path, "restored", "160")), Is.EqualTo("content 10"));
    }

    private void FlushWhenAllowed()
    {
        _flushes++;
        _hasBegun.Release();
        _mayEnd.Wait();
    }
}
