using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Benchmarks.Storage;
using MlOps.Datasets;

namespace MlOps.Benchmarks.Versions;

/// <summary>Measures snapshots of folders on a local disk against tools that create versions of folders.</summary>
internal sealed class SnapshotBenchmarks : IDisposable
{
    private const string Remark =
        "All keep what is in the folder under digests. Ours hashes SHA-256 and flushes every file to the disk before the version names it; "
            + "restic encrypts; restic, borg and git compress, in vain here.";

    private static readonly Dictionary<string, string?> s_restic = new() { ["RESTIC_PASSWORD"] = "benchmark" };
    private readonly string _folder;
    private readonly string _source;
    private ServiceProvider? _services;
    private int _archives;

    private SnapshotBenchmarks(string folder, string source)
    {
        _folder = folder;
        _source = source;
    }

    private IDatasetStore Datasets => _services!.GetRequiredService<IDatasetStore>();

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, VersionsScale scale)
    {
        var large = await SampleFolder.CreateAsync(Path.Combine(folder, "large"), scale.LargeFiles, scale.LargeFileBytes);
        var small = await SampleFolder.CreateAsync(Path.Combine(folder, "small"), scale.SmallFiles, VersionsScale.SmallFileBytes);
        using var ofLarge = new SnapshotBenchmarks(folder, large);
        using var ofSmall = new SnapshotBenchmarks(folder, small);
        var round = 0;
        return
        [
            await ofLarge.RunFirstAsync(
                $"{scale.LargeFiles} files of {scale.LargeFileBytes >> 20} MiB", (long)scale.LargeFiles * scale.LargeFileBytes, scale.Rounds),
            await ofSmall.RunFirstAsync($"{scale.SmallFiles:#,0} files of 10 KiB", (long)scale.SmallFiles * VersionsScale.SmallFileBytes, scale.Rounds),
            await ofSmall.RunAgainAsync(
                $"{scale.SmallFiles:#,0} files of which 1% have changed",
                () => SampleFolder.ChangeAsync(small, scale.SmallFiles, VersionsScale.SmallFileBytes, every: 100, ++round).GetAwaiter().GetResult(),
                scale.Rounds),
        ];
    }

    public void Dispose() => _services?.Dispose();

    private async Task<IOutcome> RunFirstAsync(string what, long bytes, int rounds)
    {
        await ResetAllAsync();
        return await Runner.RunAsync(
            new Comparison(
                $"First snapshot of {what}",
                new Contender("git add, git commit", CommitAsync) { IsBaseline = true, CleanUp = () => Wait(ResetGitAsync()) },
                new Contender("restic backup", ResticAsync) { IsBaseline = true, CleanUp = () => Wait(ResetResticAsync()) },
                new Contender("borg create", BorgAsync) { IsBaseline = true, CleanUp = () => Wait(ResetBorgAsync()) },
                new Contender("SnapshotAsync", OursAsync) { IsOurs = true, CleanUp = ResetOurs })
            {
                Bytes = bytes,
                Aim = 1.0,
                Remark = Remark,
            },
            rounds);
    }

    private async Task<IOutcome> RunAgainAsync(string what, Action change, int rounds)
    {
        await ResetAllAsync();
        return await Runner.RunAsync(
            new Comparison(
                $"Second snapshot of {what}",
                new Contender("git add, git commit", CommitAsync) { IsBaseline = true, CleanUp = change },
                new Contender("restic backup", ResticAsync) { IsBaseline = true, CleanUp = change },
                new Contender("borg create", BorgAsync) { IsBaseline = true, CleanUp = change },
                new Contender("SnapshotAsync", OursAsync) { IsOurs = true, CleanUp = change })
            {
                Aim = 0.5,
                Remark = "The tools trust a file's time and size and do not read it again; "
                    + "ours reads and hashes every file, because a version must be what its digests say.",
            },
            rounds);
    }

    private async Task CommitAsync()
    {
        await ExternalTool.RunAsync(_source, ["git", "add", "-A"]);
        await ExternalTool.RunAsync(_source, ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "gc.auto=0", "commit", "-q", "-m", "snapshot"]);
    }

    private Task ResticAsync() => ExternalTool.RunAsync(_source, ["restic", "-q", "-r", In("restic"), "backup", "."], s_restic);

    private Task BorgAsync() =>
        ExternalTool.RunAsync(_source, ["borg", "create", string.Create(CultureInfo.InvariantCulture, $"{In("borg")}::{_archives++}"), "."]);

    private async Task OursAsync() => await Datasets.SnapshotAsync("data", _source);

    private async Task ResetAllAsync()
    {
        await ResetGitAsync();
        await ResetResticAsync();
        await ResetBorgAsync();
        ResetOurs();
    }

    private Task ResetGitAsync()
    {
        Delete(Path.Combine(_source, ".git"));
        return ExternalTool.RunAsync(_source, ["git", "init", "-q", "--separate-git-dir", Recreate("git")]);
    }

    private Task ResetResticAsync() => ExternalTool.RunAsync(_folder, ["restic", "-q", "-r", Recreate("restic"), "init"], s_restic);

    private Task ResetBorgAsync() => ExternalTool.RunAsync(_folder, ["borg", "init", "-e", "none", Recreate("borg")]);

    private void ResetOurs()
    {
        _services?.Dispose();
        _services = StoreSettings.LocalDisk(Recreate("ours")).Build();
    }

    private string In(string name) => Path.Combine(_folder, $"{name}-of-{Path.GetFileName(_source)}");

    private string Recreate(string name)
    {
        Delete(In(name));
        return In(name);
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
