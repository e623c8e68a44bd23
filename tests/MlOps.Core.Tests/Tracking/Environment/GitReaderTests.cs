using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
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
        // Git makes its objects read-only, and those cannot be deleted on Windows.
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
    }

    [Test]
    public async Task A_clean_repository_is_commit_branch_and_remote()
    {
        Commit("train.cs", "v1\n");
        Git(Repository, "remote", "add", "backup", "https://example.org/backup.git");
        Git(Repository, "remote", "add", "origin", "https://jane:pa55@example.org/acme/ml.git");

        var (state, diff) = await ReadAsync();

        Assert.That(state!.Commit, Is.EqualTo(Git(Repository, "rev-parse", "HEAD").Trim()));
        Assert.That((state.Branch, state.Remote, state.IsDirty, state.Diff), Is.EqualTo(("trunk", "https://example.org/acme/ml.git", false, (Sha256Digest?)null)));
        Assert.That(diff, Is.Null);
    }

    [Test]
    public async Task What_differs_staged_or_not_is_a_patch_that_makes_the_same_files_elsewhere()
    {
        Commit("train.cs", "v1\n", "weights.bin", "\0\u0001old", "latin.txt", "plain\n");
        Git(_folder.Path, "clone", "--quiet", Repository, "elsewhere");
        Write("train.cs", "v2\n");
        Write("weights.bin", "\0\u0001new");
        File.WriteAllBytes(Path.Combine(Repository, "latin.txt"), [0xE9, 0x0A]);
        Write("below/added.cs", "new\n");
        Git(Repository, "add", "below/added.cs", "weights.bin");

        // What a person set must not change the patch.
        Git(Repository, "config", "diff.noprefix", "true");
        Git(Repository, "config", "color.ui", "always");
        Git(Repository, "config", "diff.external", "false");

        var (state, diff) = await ReadAsync(Path.Combine(Repository, "below"));

        Assert.That(state!.IsDirty);
        Assert.That(state.Diff, Is.EqualTo(Sha256Digest.Of(diff!)));
        var patch = Path.Combine(_folder.Path, "run.patch");
        await File.WriteAllBytesAsync(patch, diff!);
        Git(Path.Combine(_folder.Path, "elsewhere"), "apply", patch);
        foreach (var file in new[] { "train.cs", "weights.bin", "latin.txt", "below/added.cs" })
        {
            Assert.That(
                await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "elsewhere", file)), Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(Repository, file))), file);
        }
    }

    [Test]
    public async Task A_file_that_git_does_not_know_makes_it_dirty_without_a_patch()
    {
        Commit("train.cs", "v1\n");
        Write("notes.txt", "untracked");

        var (state, diff) = await ReadAsync();

        Assert.That((state!.IsDirty, state.Diff, diff), Is.EqualTo((true, (Sha256Digest?)null, (byte[]?)null)));
    }

    [Test]
    public async Task A_patch_over_the_limit_is_not_kept_and_the_rest_is()
    {
        Commit("train.cs", "v1\n");
        Write("train.cs", new string('x', 2000));

        var (state, diff) = await new GitReader(1000, TimeProvider.System, _log).ReadAsync(Repository, CancellationToken.None);

        Assert.That((state!.IsDirty, state.Diff, diff), Is.EqualTo((true, (Sha256Digest?)null, (byte[]?)null)));
        Assert.That(_log.LatestRecord.Message, Does.Contain("MaxDiffSize").And.Contain("1000"));
    }

    [Test]
    public async Task A_detached_commit_has_no_branch()
    {
        Commit("train.cs", "v1\n");
        Git(Repository, "checkout", "--quiet", "--detach");

        Assert.That((await ReadAsync()).State!.Branch, Is.Null);
    }

    [Test]
    public async Task Where_there_is_no_repository_or_no_commit_nothing_is_recorded_and_a_debug_line_says_why()
    {
        var outside = await ReadAsync(_folder.Path);
        Assert.That(_log.LatestRecord.Message, Does.Contain(_folder.Path).And.Contain("not a git repository"));
        CreateRepository();
        var empty = await ReadAsync();

        Assert.That((outside.State, empty.State), Is.EqualTo(((GitState?)null, (GitState?)null)));
        Assert.That(_log.LatestRecord.Message, Does.Contain("no commit"));
        Assert.That(_log.Collector.GetSnapshot().Select(static record => record.Level), Is.All.EqualTo(LogLevel.Debug));
    }

    [Test]
    public async Task A_program_that_does_not_end_is_ended_with_its_caller()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = ProgramOutput.ReadAsync("git", ["-c", "alias.hang=!printf x; sleep 600", "hang"], _folder.Path, cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task A_program_that_is_not_there_is_an_error_that_names_it() =>
        Assert.That(
            (await Assert.ThrowsAsync<IOException>(() => ProgramOutput.ReadAsync("no-such-program", [], _folder.Path)))!.Message, Does.Contain("'no-such-program' cannot be run"));

    private Task<(GitState? State, byte[]? Diff)> ReadAsync(string? folder = null) =>
        new GitReader(4 << 20, TimeProvider.System, _log).ReadAsync(folder ?? Repository, CancellationToken.None);

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
