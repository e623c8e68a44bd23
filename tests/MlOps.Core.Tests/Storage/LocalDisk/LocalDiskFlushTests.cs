using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Verifies by the system calls of a process that data is flushed to the disk before a write is acknowledged.</summary>
public sealed partial class LocalDiskFlushTests
{
    [Test]
    public async Task A_write_is_acknowledged_after_its_file_was_flushed_and_put_into_place_and_every_folder_above_was_flushed([Values] bool ifAbsent)
    {
        await RequireStraceAsync();
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "new", "root");
        var trace = Path.Combine(folder.Path, "trace");

        var (path, digest) = await WriteTracedAsync(root, trace, ifAbsent);

        var file = new LocalDiskLayout(root, "Root").FileOf(path);
        var calls = await File.ReadAllLinesAsync(trace);
        var moves = calls.Select(static call => Move().Match(call)).ToArray();
        var placed = Array.FindIndex(moves, move => move.Groups["target"].Value == file);
        var told = Array.FindIndex(calls, call => call.Contains(" write(", StringComparison.Ordinal) && call.Contains(digest, StringComparison.Ordinal));
        Assert.That(placed, Is.Positive, "the file is put into place");
        Assert.That(moves[placed].Groups["call"].Value, Does.StartWith(ifAbsent ? "link" : "rename"));
        Assert.That(told, Is.GreaterThan(placed), "the write is acknowledged after that");
        Assert.That(FlushedIn(calls[..placed]), Does.Contain(moves[placed].Groups["source"].Value), "the content");
        Assert.That(FlushedIn(calls[placed..told]), Is.SupersetOf(FoldersAbove(file, upTo: root)), "the entries of the file and of its folders");
        Assert.That(FlushedIn(calls[..told]), Is.SupersetOf(FoldersAbove(root, upTo: folder.Path)), "the entries of the root and of the new folder it is in");
    }

    /// <summary>Lets a process make a store and write to a folder in it.</summary>
    /// <returns>What it acknowledged.</returns>
    private static async Task<(ArtifactPath Path, string Digest)> WriteTracedAsync(string root, string trace, bool ifAbsent)
    {
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "LocalDisk", ["MlOps:Storage:LocalDisk:Root"] = root };

        // Successful calls alone, whose lines are whole then and in the order in which the calls ended; with the paths of descriptors.
        string[] strace = ["strace", "-f", "-y", "-z", "-s", "1000", "-o", trace, "-e", "trace=fsync,?link,linkat,?rename,?renameat,renameat2,write"];
        using var worker = await WorkerProcess.StartAsync(settings, ifAbsent ? ["race", "1"] : ["write-forever", "a/b", "1000"], strace);
        worker.Release();
        worker.Send("a/b/c");
        var line = await worker.RequireLineAsync();
        worker.EndInput();
        await worker.ReadToEndAsync();

        return ifAbsent
            ? (ArtifactPath.Parse("a/b/c"), JsonSerializer.Deserialize<RaceOutcome>(line)!.Sha256)
            : (ArtifactPath.Parse(line.Split(' ')[0]), line.Split(' ')[1]);
    }

    private static IEnumerable<string> FoldersAbove(string entry, string upTo)
    {
        while (entry != upTo)
        {
            yield return entry = Path.GetDirectoryName(entry)!;
        }
    }

    private static IEnumerable<string> FlushedIn(IEnumerable<string> calls) =>
        calls.Select(static call => Flush().Match(call)).Where(static match => match.Success).Select(static match => match.Groups["path"].Value);

    private static async Task RequireStraceAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("strace is a program of Linux.");
        }

        try
        {
            using var process = Process.Start("strace", ["-o", "/dev/null", "true"]);
            await process.WaitForExitAsync();
            if (process.ExitCode == 0)
            {
                return;
            }
        }
        catch (Win32Exception)
        {
        }

        Requirement.IsMissing("strace is not installed, or may not trace processes. Install it by: apt-get install strace");
    }

    [GeneratedRegex("""^\d+ +(?<call>(link|rename)\w*)\(.*?"(?<source>[^"]+)", .*?"(?<target>[^"]+)".*\) += 0$""")]
    private static partial Regex Move();

    [GeneratedRegex("""^\d+ +fsync\(\d+<(?<path>[^>]+)>\) += 0$""")]
    private static partial Regex Flush();
}
