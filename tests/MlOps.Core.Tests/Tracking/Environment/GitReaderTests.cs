using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.DependencyInjection;
using MlOps.Storage;

namespace MlOps.Tracking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GitReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeLogger _log = new();

    private string Repository => Path.Combine(_folder.Path, "repository");

    public void Dispose()
    {
        // Git makes its objects read-only, and Windows cannot delete read-only files.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", options))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
    }

    [Test]
    public async Task A_clean_repository_has_a_commit_a_branch_and_a_remote()
    {
        Commit("train.cs", "v1\n");
        Git(Repository, "remote", "add", "backup", "https://example.org/backup.git");
        Git(Repository, "remote", "add", "origin", "https://jane:pa55@example.org/acme/ml.git");

        var (state, diff) = await ReadAsync();

        Assert.That(state!.Commit, Is.EqualTo(Git(Repository, "rev-parse", "HEAD").Trim()));
        Assert.That(
            (state.Branch, state.Remote, state.IsDirty, state.Diff),
            Is.EqualTo(("trunk", "https://example.org/acme/ml.git", (bool?)false, (Sha256Digest?)null)));
        Assert.That(diff, Is.Null);
    }

    [Test]
    public async Task Staged_and_unstaged_changes_are_a_patch_that_restores_the_files()
    {
        Commit("train.cs", "v1\n", "weights.bin", "\0\u0001old", "latin.txt", "plain\n");
        Git(_folder.Path, "clone", "--quiet", Repository, "elsewhere");
        Write("train.cs", "v2\n");
        Write("weights.bin", "\0\u0001new");
        File.WriteAllBytes(Path.Combine(Repository, "latin.txt"), [0xE9, 0x0A]);
        Write("below/added.cs", "new\n");
        Git(Repository, "add", "below/added.cs", "weights.bin");

        // The settings of the user must not change the patch.
        Git(Repository, "config", "diff.noprefix", "true");
        Git(Repository, "config", "color.ui", "always");
        Git(Repository, "config", "diff.external", "false");

        var (state, diff) = await ReadAsync(Path.Combine(Repository, "below"));

        Assert.That(state!.IsDirty, Is.True);
        Assert.That(state.Diff, Is.EqualTo(Sha256Digest.Of(diff!)));
        var patch = Path.Combine(_folder.Path, "run.patch");
        await File.WriteAllBytesAsync(patch, diff!);
        Git(Path.Combine(_folder.Path, "elsewhere"), "apply", patch);
        foreach (var file in new[] { "train.cs", "weights.bin", "latin.txt", "below/added.cs" })
        {
            Assert.That(
                await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "elsewhere", file)),
                Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(Repository, file))), file);
        }
    }

    [Test]
    public async Task An_untracked_file_makes_the_repository_dirty_without_a_patch()
    {
        Commit("train.cs", "v1\n");
        Write("notes.txt", "untracked");

        var (state, diff) = await ReadAsync();

        Assert.That((state!.IsDirty, state.Diff, diff), Is.EqualTo(((bool?)true, (Sha256Digest?)null, (byte[]?)null)));
    }

    [Test]
    public async Task Untracked_files_are_recorded_and_a_folder_is_one_entry()
    {
        Commit("train.cs", "v1\n", ".gitignore", "*.log\n");
        foreach (var path in new[] { "notes.txt", "data/a.csv", "data/below/b.csv", "ä [1].txt", "ignored.log" })
        {
            Write(path, "");
        }

        var (state, _) = await ReadAsync(Path.Combine(Repository, "data"));

        Assert.That(state!.UntrackedFiles, Is.EqualTo(["data/", "notes.txt", "ä [1].txt"]));
    }

    [Test]
    public async Task A_renamed_file_is_a_change_and_its_names_are_not_untracked()
    {
        Commit("train one.cs", "v1\nv2\nv3\n");
        Git(Repository, "mv", "train one.cs", "? train.cs");

        var (state, _) = await ReadAsync();

        Assert.That((state!.IsDirty, state.UntrackedFiles.Count), Is.EqualTo(((bool?)true, 0)));
    }

    [Test]
    public async Task The_names_of_at_most_100_untracked_files_are_recorded()
    {
        Commit("train.cs", "v1\n");
        foreach (var number in Enumerable.Range(0, 120))
        {
            Write($"{number:D3}.txt", "");
        }

        Assert.That((await ReadAsync()).State!.UntrackedFiles, Is.EqualTo(Enumerable.Range(0, 100).Select(static number => $"{number:D3}.txt")));
    }

    [Test]
    public async Task Files_of_the_library_do_not_make_the_repository_dirty([Values] bool isRelative)
    {
        Commit("train.cs", "v1\n", "below/eval.cs", "v1\n");
        WriteOwnFiles();

        var (state, _) = await ReadAsync(own: isRelative ? FindOwn(Path.GetRelativePath(Environment.CurrentDirectory, Repository)) : FindOwn(Repository));

        Assert.That((state!.IsDirty, state.UntrackedFiles.Count), Is.EqualTo(((bool?)false, 0)));
    }

    [Test]
    public async Task Locations_that_do_not_exist_yet_are_ignored()
    {
        Commit("train.cs", "v1\n");
        Write("notes.txt", "untracked");

        var (state, _) = await ReadAsync(own: FindOwn(Repository));

        Assert.That(state!.UntrackedFiles, Is.EqualTo(["notes.txt"]));
    }

    [Test]
    public async Task Other_untracked_files_next_to_files_of_the_library_are_recorded()
    {
        Commit("train.cs", "v1\n", "below/eval.cs", "v1\n", ".gitignore", "*.log\n");
        WriteOwnFiles();
        string[] paths =
            ["a.cs", "mlops-data/b.cs", "mlops-data/c.log", "below/metrics/d.jsonl", "deep/er/e.cs", "cache/f/g.cs", "mlops-models/iris/h.cs", "spool/i.cs"];
        foreach (var path in paths)
        {
            Write(path, "");
        }

        Directory.CreateDirectory(Path.Combine(Repository, "mlops-data", "empty"));

        var (state, _) = await ReadAsync(Path.Combine(Repository, "below"), FindOwn(Repository));

        Assert.That(state!.IsDirty, Is.True);
        Assert.That(
            state.UntrackedFiles,
            Is.EqualTo(["a.cs", "below/metrics/d.jsonl", "cache/f/", "deep/er/e.cs", "mlops-data/b.cs", "mlops-models/iris/h.cs", "spool/i.cs"]));
    }

    [Test]
    public async Task A_tracked_file_in_the_store_makes_the_repository_dirty()
    {
        Commit("train.cs", "v1\n", "mlops-data/objects/note", "v1\n");
        WriteOwnFiles();
        Write("mlops-data/objects/note", "v2\n");

        var (state, diff) = await ReadAsync(own: FindOwn(Repository));

        Assert.That((state!.IsDirty, state.UntrackedFiles.Count, diff is null), Is.EqualTo(((bool?)true, 0, false)));
    }

    [Test]
    public async Task A_repository_or_a_store_behind_a_link_is_recognized()
    {
        Commit("train.cs", "v1\n");
        WriteOwnFiles();
        Directory.Move(Path.Combine(Repository, "mlops-data"), Path.Combine(_folder.Path, "disk"));
        Directory.CreateSymbolicLink(Path.Combine(Repository, "mlops-data"), Path.Combine(_folder.Path, "disk"));
        var link = Path.Combine(_folder.Path, "link");
        Directory.CreateSymbolicLink(link, Repository);

        foreach (var (repository, configured) in new[] { (link, Repository), (Repository, link), (link, link) })
        {
            var (state, _) = await ReadAsync(repository, FindOwn(configured));

            Assert.That((state!.IsDirty, state.UntrackedFiles.Count), Is.EqualTo(((bool?)false, 0)));
        }
    }

    [Test]
    public async Task A_store_that_is_the_repository_itself_hides_no_code()
    {
        Commit("train.cs", "v1\n");
        Write("objects/a@artifact", "");
        Write("new.cs", "");

        var (state, _) = await ReadAsync(own: [new OwnFiles(Repository, LocalDiskLayout.OwnNames)]);

        Assert.That(state!.UntrackedFiles, Is.EqualTo(["new.cs"]));
    }

    [Test]
    public async Task A_patch_over_the_limit_is_truncated_with_a_warning()
    {
        Commit("train.cs", "v1\n");
        Write("train.cs", string.Concat(Enumerable.Repeat("line\n", 500)));

        var (state, diff) = await new GitReader(1000, TimeProvider.System, _log).ReadAsync(Repository, CancellationToken.None);

        var text = Encoding.UTF8.GetString(diff!);
        Assert.That((state!.IsDirty, state.IsDiffAltered, state.Diff), Is.EqualTo(((bool?)true, true, (Sha256Digest?)Sha256Digest.Of(diff!))));
        Assert.That(
            text,
            Does.StartWith("# Only the first 1000 bytes are recorded (MlOps:Tracking:MaxDiffSize). This patch cannot be applied.\ndiff --git a/train.cs")
                .And.EndWith("+line\n"));
        Assert.That(text, Has.Length.InRange(1000, 1100));
        Assert.That(_log.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(_log.LatestRecord.Message, Does.Contain("MaxDiffSize").And.Contain("1000"));
    }

    [Test]
    public async Task A_size_of_zero_records_the_state_without_a_patch()
    {
        Commit("train.cs", "v1\n");
        Write("train.cs", "v2\n");

        var (state, diff) = await new GitReader(0, TimeProvider.System, _log).ReadAsync(Repository, CancellationToken.None);

        Assert.That((state!.IsDirty, state.Diff, diff, _log.Collector.Count), Is.EqualTo(((bool?)true, (Sha256Digest?)null, (byte[]?)null, 0)));
    }

    [Test]
    public async Task A_patch_with_masked_secrets_states_that_it_cannot_be_applied()
    {
        Commit("appsettings.json", "{ \"ApiKey\": \"old-secret\" }\n", "train.cs", "v1\n");
        Write("appsettings.json", """{ "ConnectionStrings": { "Db": "Server=x;Password=hunter2" }, "ApiKey": "sk-aaaabbbbccccddddeeee" }""");
        Write("train.cs", "v2\n");

        var (state, diff) = await ReadAsync();

        var text = Encoding.UTF8.GetString(diff!);
        Assert.That(
            text,
            Does.StartWith("# Secrets are masked as '***'. This patch cannot be applied.\ndiff --git a/appsettings.json")
                .And.Contain("-***\n+***\n").And.Contain("-v1\n+v2\n"));
        Assert.That(text, Does.Not.Contain("hunter2").And.Not.Contain("sk-aaaa").And.Not.Contain("old-secret"));
        Assert.That((state!.IsDiffAltered, state.Diff), Is.EqualTo((true, (Sha256Digest?)Sha256Digest.Of(diff!))));
    }

    [Test]
    public async Task Parts_that_cannot_be_read_are_omitted_with_a_warning()
    {
        Commit("train.cs", "v1\n");
        Git(Repository, "remote", "add", "origin", "https://example.org/ml.git");
        File.WriteAllText(Path.Combine(Repository, ".git", "index"), "damaged"); // status and diff fail

        var (state, diff) = await ReadAsync();

        Assert.That(
            (state!.Commit, state.Branch, state.Remote), Is.EqualTo((Git(Repository, "rev-parse", "HEAD").Trim(), "trunk", "https://example.org/ml.git")));
        Assert.That((state.IsDirty, state.Diff, diff), Is.EqualTo(((bool?)null, (Sha256Digest?)null, (byte[]?)null)));
        Assert.That(
            _log.Collector.GetSnapshot().Where(static record => record.Level == LogLevel.Warning).Select(static record => record.Message),
            Has.Some.StartsWith($"The patch of the git repository of '{Repository}' is not recorded: 'git' failed with exit code 128")
                .And.Some.StartsWith("The list of changed files of the git repository").And.Exactly(2).Items);
    }

    [Test]
    public async Task A_detached_commit_has_no_branch()
    {
        Commit("train.cs", "v1\n");
        Git(Repository, "checkout", "--quiet", "--detach");

        Assert.That((await ReadAsync()).State!.Branch, Is.Null);
    }

    [Test]
    public async Task A_repository_without_a_commit_is_reported()
    {
        var outside = await ReadAsync(_folder.Path);
        Assert.That(_log.LatestRecord.Message, Does.Contain(_folder.Path).And.Contain("not a git repository"));
        CreateRepository();
        var empty = await ReadAsync();

        Assert.That((outside.State, empty.State), Is.EqualTo(((GitState?)null, (GitState?)null)));
        Assert.That(
            _log.LatestRecord.Message, Does.StartWith($"The commit of the git repository of '{Repository}' is not recorded: The repository has no commit."));
        Assert.That(_log.Collector.GetSnapshot().Select(static record => record.Level), Is.EqualTo(new[] { LogLevel.Debug, LogLevel.Warning }));
    }

    [Test]
    public async Task A_timeout_of_git_omits_the_part_with_a_warning()
    {
        Commit("train.cs", "v1\n");
        var clock = new FakeTimeProvider();

        // A hook that does not end blocks every status command.
        var hook = Path.Combine(_folder.Path, "hook");
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\ntouch '{_folder.Path}/started'\nsleep 600\n");
        var started = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(_folder.Path, "started") { EnableRaisingEvents = true };
        watcher.Created += (_, _) => started.TrySetResult();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Git(Repository, "config", "core.fsmonitor", hook.Replace('\\', '/'));
        var reading = new GitReader(4 << 20, clock, _log).ReadAsync(Repository, CancellationToken.None);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromMinutes(1));

        var (state, diff) = await reading.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.That(
            (state!.Commit, state.Branch, state.IsDirty, diff), Is.EqualTo((Git(Repository, "rev-parse", "HEAD").Trim(), "trunk", (bool?)null, (byte[]?)null)));
        Assert.That(_log.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(_log.LatestRecord.Message, Does.Contain(Repository).And.Contain("MlOps:Tracking:CaptureGit"));
    }

    [Test]
    public async Task Cancellation_stops_a_running_program()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = ProgramOutput.ReadAsync("git", ["-c", "alias.hang=!printf x; sleep 600", "hang"], _folder.Path, cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task A_missing_program_throws_with_its_name() =>
        Assert.That(
            (await Assert.ThrowsAsync<IOException>(() => ProgramOutput.ReadAsync("no-such-program", [], _folder.Path)))!.Message,
            Does.Contain("'no-such-program' cannot be started"));

    private Task<(GitState? State, byte[]? Diff)> ReadAsync(string? folder = null, IReadOnlyList<OwnFiles>? own = null) =>
        new GitReader(4 << 20, TimeProvider.System, _log, () => own ?? []).ReadAsync(folder ?? Repository, CancellationToken.None);

    /// <summary>Writes a file of each kind that the library writes, at the locations in the settings of <see cref="FindOwn"/>.</summary>
    private void WriteOwnFiles()
    {
        var (id, digest) = (Guid.NewGuid().ToString("N"), Sha256Digest.Of("x"u8).ToString());
        foreach (var path in new[]
        {
            "mlops-data/objects/a@artifact", $"mlops-data/tmp/{id}", "mlops-data/locks/00", "deep/er/store/objects/a@artifact",
            $"cache/{digest[..2]}/{digest}", "cache/.mlops-content-cache",
            "mlops-models/iris/1-0123456789abcdef/version.json", "mlops-models/iris/last-served",
            $"below/metrics/metrics-20260102T0304056789012Z-{id}.jsonl", $"spool/{id}/{1:D20}.segment",
        })
        {
            Write(path, "x");
        }
    }

    private static IReadOnlyList<OwnFiles> FindOwn(string repository)
    {
        var settings = new (string Key, string Value)[]
        {
            ("Storage:LocalDisk:Root", "mlops-data"), ("Storage:archive:Root", "deep/er/store"), ("Content:Cache:Folder", "cache"),
            ("Serving:CacheFolder", "mlops-models"),
            ("Metrics:Sinks:JsonLines:Path", "below/metrics"), ("Tracking:SpoolFolder", "spool"),
        };
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"MlOps:{setting.Key}", (string?)Path.Combine(repository, setting.Value))))
            .AddInMemoryCollection([new("MlOps:Storage:archive:Type", "LocalDisk")])
            .Build();
        using var services = new ServiceCollection().AddMlOps(configuration).Services.BuildServiceProvider();
        return OwnFilesSource.FindAll(services);
    }

    private void Commit(params string[] filesAndTexts)
    {
        CreateRepository();
        foreach (var pair in filesAndTexts.Chunk(2))
        {
            Write(pair[0], pair[1]);
        }

        Git(Repository, "add", ".");
        Git(Repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "c");
    }

    private void CreateRepository()
    {
        Directory.CreateDirectory(Repository);
        Git(Repository, "init", "--quiet", "--initial-branch", "trunk");
        Git(Repository, "config", "core.autocrlf", "false");
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(Repository, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static string Git(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, string.Join(' ', arguments));
        return output;
    }
}
