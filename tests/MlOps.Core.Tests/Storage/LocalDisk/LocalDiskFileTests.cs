using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using MlOps.Testing;

namespace MlOps.Storage;

public sealed class LocalDiskFileTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("data/Flights.csv");
    private TemporaryFolder _folder = null!;
    private LocalDiskArtifactStore _store = null!;

    private string File => Path.Combine(_folder.Path, "objects", "data", "!flights.csv@artifact");

    [SetUp]
    public void CreateStore()
    {
        _folder = new TemporaryFolder();
        _store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path });
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task The_file_is_the_content_then_the_attributes_then_a_line_of_fixed_length()
    {
        var written = await _store.WriteTextAsync(s_path, "origin,delay\n", new ArtifactWriteOptions
        {
            ContentType = "text/csv",
            Metadata = new Dictionary<string, string> { ["source"] = "été" },
        });

        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        var tail = Encoding.ASCII.GetString(bytes[^41..]).Split(' ');
        var json = JsonDocument.Parse(bytes.AsMemory(13, int.Parse(tail[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture))).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(bytes[..13]), Is.EqualTo("origin,delay\n"));
            Assert.That(tail[2], Is.EqualTo("mlops-artifact\n"));
            Assert.That(json.GetProperty("format").GetInt32(), Is.EqualTo(1));
            Assert.That(json.GetProperty("size").GetInt64(), Is.EqualTo(13));
            Assert.That(json.GetProperty("sha256").GetString(), Is.EqualTo(written.Sha256.ToString()));
            Assert.That(json.GetProperty("etag").GetString(), Is.EqualTo(written.ETag));
            Assert.That(json.GetProperty("contentType").GetString(), Is.EqualTo("text/csv"));
            Assert.That(json.GetProperty("metadata").GetProperty("source").GetString(), Is.EqualTo("été"));
        });
    }

    [Test]
    public async Task A_changed_byte_of_the_content_is_found_when_it_is_read()
    {
        var written = await _store.WriteTextAsync(s_path, "content");
        await FlipAsync(2);

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => _store.ReadBytesAsync(s_path)))!;

        Assert.That(thrown.Expected, Is.EqualTo(written.Sha256));
        Assert.That(thrown.Actual, Is.Not.Null.And.Not.EqualTo(written.Sha256));
        Assert.That(thrown.Message, Does.Contain("data/Flights.csv").And.Contain("write the artifact again from its source"));
    }

    [Test]
    public async Task Any_changed_byte_of_the_file_is_found([Range(0, 250, 10)] int index)
    {
        await _store.WriteTextAsync(s_path, "content", new ArtifactWriteOptions { ContentType = "text/plain" });
        await FlipAsync(index);

        await Assert.ThrowsAsync<ArtifactIntegrityException>(() => _store.ReadBytesAsync(s_path));
    }

    [Test]
    public async Task A_file_cut_off_anywhere_is_found([Values(0, 3, 7, 100, 200)] int length)
    {
        await _store.WriteTextAsync(s_path, "content");
        await using (var stream = System.IO.File.OpenWrite(File))
        {
            stream.SetLength(length);
        }

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => _store.FindAsync(s_path)))!;

        Assert.That(thrown.Message, Does.Contain("truncated"));
    }

    [Test]
    public async Task A_damaged_file_can_be_overwritten_and_deleted()
    {
        await _store.WriteTextAsync(s_path, "content");
        await System.IO.File.WriteAllTextAsync(File, "damage");

        await _store.WriteTextAsync(s_path, "again");

        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("again"));
        await System.IO.File.WriteAllTextAsync(File, "damage");
        await _store.DeleteAsync(s_path);
        Assert.That(await _store.FindAsync(s_path), Is.Null);
    }

    [Test]
    public async Task A_listing_reports_a_damaged_file_after_all_other_artifacts()
    {
        await _store.WriteTextAsync(s_path, "content");
        await _store.WriteTextAsync(ArtifactPath.Parse("later"), "content");
        await System.IO.File.WriteAllTextAsync(File, "damage");
        var listed = new List<string>();

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(async () =>
        {
            await foreach (var entry in _store.ListAsync())
            {
                listed.Add(entry.Path.ToString());
            }
        }))!;

        Assert.That(thrown.Path, Is.EqualTo(s_path));
        Assert.That(listed, Is.EqualTo(["later"]));
    }

    [Test]
    public async Task Files_of_other_programs_are_not_listed()
    {
        await _store.WriteTextAsync(s_path, "content");
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder.Path, "objects", "data", ".DS_Store"), "");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "objects", "Thumbs"));

        var listed = await _store.ListAsync().Select(static entry => entry.Path).ToListAsync();

        Assert.That(listed, Is.EqualTo([s_path]));
    }

    [Test]
    public async Task Files_with_names_that_are_not_valid_paths_are_not_listed()
    {
        await _store.WriteTextAsync(s_path, "content");
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder.Path, "objects", "data", "%07@artifact"), "of a control character");

        Assert.That(await _store.ListAsync().Select(static entry => entry.Path).ToListAsync(), Is.EqualTo(new[] { s_path }));
    }

    [Test]
    public async Task Of_two_moves_to_where_no_file_is_the_second_changes_nothing()
    {
        var (first, second, target) = (Path.Combine(_folder.Path, "first"), Path.Combine(_folder.Path, "second"), Path.Combine(_folder.Path, "target"));
        await System.IO.File.WriteAllTextAsync(first, "first");
        await System.IO.File.WriteAllTextAsync(second, "second");

        Assert.That(AtomicMove.TryAdd(first, target), Is.True);
        Assert.That(AtomicMove.TryAdd(second, target), Is.False);

        Assert.That(await System.IO.File.ReadAllTextAsync(target), Is.EqualTo("first"));
        Assert.That(System.IO.File.Exists(first), Is.False);
        Assert.That(System.IO.File.Exists(second), Is.True);
    }

    [Test]
    public async Task A_write_if_absent_that_finds_its_own_link_in_place_has_succeeded()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows moves files without links.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        var temporary = Path.Combine(_folder.Path, "tmp");
        var content = new ForwardOnlyStream("content"u8.ToArray())
        {
            // As over NFS, where the answer to a link may be lost: at the commit this write's file is there, by its other name.
            Interruption = async token =>
            {
                using var link = Process.Start("ln", [Directory.GetFiles(temporary).Single(), File]);
                await link.WaitForExitAsync(token);
            },
        };

        var written = await _store.WriteAsync(s_path, content, new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });

        Assert.That((await _store.FindAsync(s_path))!.ETag, Is.EqualTo(written.ETag));
        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("content"));
        Assert.That(Directory.GetFiles(temporary), Is.Empty);
    }

    [Test]
    public async Task A_contended_write_waits_in_real_time_independent_of_the_clock_of_the_store()
    {
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }, new FakeTimeProvider());
        await store.WriteTextAsync(s_path, "before");
        var held = await HoldAllLocksAsync();

        var writing = store.WriteTextAsync(s_path, "after");
        await Assert.ThatAsync(() => writing.WaitAsync(TimeSpan.FromSeconds(1)), Throws.TypeOf<TimeoutException>());
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("before"));
        held.ForEach(static one => one.Dispose());
        await writing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("after"));
    }

    [Test]
    public async Task A_write_that_waits_for_another_can_be_cancelled_and_leaves_nothing()
    {
        await _store.WriteTextAsync(s_path, "before");
        var held = await HoldAllLocksAsync();
        using var cancelling = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await Assert.ThatAsync(
            () => _store.WriteTextAsync(s_path, "cancelled", cancellationToken: cancelling.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("before"));
        Assert.That(Directory.GetFiles(Path.Combine(_folder.Path, "tmp")), Is.Empty);
        held.ForEach(static one => one.Dispose());
        await _store.WriteTextAsync(s_path, "after");
        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("after"));
    }

    [Test]
    public async Task A_symbolic_link_does_not_lead_out_of_the_store()
    {
        using var outside = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(_folder.Path, "objects"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "objects", "data"), outside.Path);

        foreach (var attempt in new Func<Task>[]
        {
            () => _store.WriteTextAsync(s_path, "content"),
            () => _store.FindAsync(s_path),
            () => _store.ReadBytesAsync(s_path),
            () => _store.DeleteAsync(s_path),
            async () => await _store.ListAsync().ToListAsync(),
            async () => await _store.ListAsync(ArtifactPath.Parse("data")).ToListAsync(),
        })
        {
            var thrown = (await Assert.ThrowsAsync<ProviderException>(() => attempt()))!;
            Assert.That(thrown.Message, Does.Contain("symbolic link").And.Contain("Replace it"));
        }

        Assert.That(Directory.EnumerateFileSystemEntries(outside.Path), Is.Empty);
    }

    [Test]
    public async Task A_symbolic_link_for_the_rest_of_a_long_name_does_not_lead_out_of_the_store()
    {
        using var outside = new TemporaryFolder();
        var path = ArtifactPath.Parse(new string('n', 300));
        await _store.WriteTextAsync(path, "content");
        var rest = Path.Combine(_folder.Path, "objects", new string('n', 200) + "%");
        Directory.Move(rest, Path.Combine(outside.Path, "rest"));
        Directory.CreateSymbolicLink(rest, Path.Combine(outside.Path, "rest"));

        foreach (var attempt in new Func<Task>[] { () => _store.FindAsync(path), async () => await _store.ListAsync().ToListAsync() })
        {
            var thrown = (await Assert.ThrowsAsync<ProviderException>(() => attempt()))!;
            Assert.That(thrown.Message, Does.Contain("symbolic link").And.Contain(rest));
        }
    }

    /// <summary>More often than in the conformance fixture, for the moment at which the folder above goes while its child is created is a short one.</summary>
    [Test]
    [Category("Soak")]
    public async Task Writes_survive_the_deletion_of_empty_folders_at_any_moment()
    {
        var rounds = Soak.Count(reduced: 100, full: 400);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var path = ArtifactPath.Parse($"folder/sub/sub/{writer}");
            for (var i = 0; i < rounds; i++)
            {
                await _store.WriteTextAsync(path, "text");
                await _store.DeleteAsync(path);
            }
        })));

        Assert.That(await _store.ListAsync().CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Deleting_the_last_artifact_of_a_folder_removes_the_folder()
    {
        await _store.WriteTextAsync(ArtifactPath.Parse("a/b/c"), "content");
        await _store.WriteTextAsync(ArtifactPath.Parse("a/d"), "content");

        await _store.DeleteAsync(ArtifactPath.Parse("a/b/c"));

        Assert.That(Directory.GetDirectories(Path.Combine(_folder.Path, "objects", "a")), Is.Empty);
        Assert.That(await _store.FindAsync(ArtifactPath.Parse("a/d")), Is.Not.Null);
    }

    [Test]
    public async Task A_write_deletes_only_the_files_of_terminated_processes()
    {
        await _store.WriteTextAsync(s_path, "content");
        var temporary = Path.Combine(_folder.Path, "tmp");
        var (dead, young, alive) = (OwnName(), OwnName(), OwnName());
        await System.IO.File.WriteAllTextAsync(dead, "");
        await System.IO.File.WriteAllTextAsync(young, "");
        using var writer = System.IO.File.OpenHandle(alive, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        System.IO.File.SetLastWriteTimeUtc(dead, now.AddHours(-25));
        System.IO.File.SetLastWriteTimeUtc(young, now.AddHours(-23));
        System.IO.File.SetLastWriteTimeUtc(alive, now.AddHours(-25));

        await new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }).WriteTextAsync(s_path, "content");

        Assert.That(Directory.GetFiles(temporary), Is.EquivalentTo([young, alive]));

        string OwnName() => Path.Combine(temporary, Guid.NewGuid().ToString("N"));
    }

    [Test]
    public async Task A_store_that_stays_open_sweeps_every_hour()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }, clock);
        await store.WriteTextAsync(s_path, "content");
        var dead = Path.Combine(_folder.Path, "tmp", Guid.NewGuid().ToString("N"));
        await System.IO.File.WriteAllTextAsync(dead, "");
        System.IO.File.SetLastWriteTimeUtc(dead, DateTime.UnixEpoch);

        clock.Advance(TimeSpan.FromMinutes(59));
        await store.WriteTextAsync(s_path, "content");
        var before = System.IO.File.Exists(dead);
        clock.Advance(TimeSpan.FromMinutes(2));
        await store.WriteTextAsync(s_path, "content");

        Assert.That((before, System.IO.File.Exists(dead)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task The_time_of_writing_is_the_clocks()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }, clock);

        await store.WriteTextAsync(s_path, "content");

        Assert.That((await store.FindAsync(s_path))!.LastModified, Is.EqualTo(clock.GetUtcNow()));
    }

    [Test]
    public async Task A_newer_format_is_refused_with_the_remedy()
    {
        await _store.WriteTextAsync(s_path, "content");
        var text = await System.IO.File.ReadAllTextAsync(File);
        var json = text["content".Length..^41].Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal);
        var hash = Sha256Digest.Of(Encoding.UTF8.GetBytes(json)).ToString()[..16];
        await System.IO.File.WriteAllTextAsync(File, $"content{json}{json.Length:x8} {hash} mlops-artifact\n");

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => _store.FindAsync(s_path)))!;

        Assert.That(thrown.Message, Does.Contain("format 2").And.Contain("Update MlOps.Core"));
    }

    /// <summary>Holds the commit locks of all artifacts, like another process during commits.</summary>
    private async Task<List<IDisposable>> HoldAllLocksAsync()
    {
        var held = new List<IDisposable>();
        foreach (var file in Enumerable.Range(0, 256).Select(i => Path.Combine(_folder.Path, "locks", i.ToString("x2", CultureInfo.InvariantCulture))))
        {
            held.Add(await CommitLock.AcquireAsync(file, new LocalDiskLayout(_folder.Path, ""), CancellationToken.None));
        }

        return held;
    }

    private async Task FlipAsync(int index)
    {
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        bytes[index] ^= 1;
        await System.IO.File.WriteAllBytesAsync(File, bytes);
    }
}
