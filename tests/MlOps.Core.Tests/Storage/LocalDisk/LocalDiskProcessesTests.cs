using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Tests several processes on one folder, and the files of killed processes.</summary>
public sealed class LocalDiskProcessesTests
{
    private const int WorkersInRound = 4;
    private static readonly int s_rounds = Soak.Count(reduced: 8, full: 50);
    private TemporaryFolder _folder = null!;
    private LocalDiskArtifactStore _store = null!;

    private Dictionary<string, string> Settings => new()
    {
        ["MlOps:Storage:Provider"] = "LocalDisk",
        ["MlOps:Storage:LocalDisk:Root"] = _folder.Path,
    };

    [SetUp]
    public void CreateStore()
    {
        _folder = new TemporaryFolder();
        _store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path });
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    [Category("Soak")]
    public async Task Of_writers_in_two_processes_exactly_one_wins_and_its_bytes_are_there()
    {
        var winners = await TwoProcessRace.AssertOneWinsEachAsync(Settings, TwoProcessRace.PathsOf("race"));

        foreach (var (path, winner) in winners)
        {
            Assert.That(Sha256Digest.Of(await _store.ReadBytesAsync(ArtifactPath.Parse(path))).ToString(), Is.EqualTo(winner));
        }
    }

    [Test]
    [Category("Soak")]
    public async Task After_hundreds_of_kills_nothing_is_torn_and_nothing_acknowledged_is_lost()
    {
        var random = new Random(20261123);
        var acknowledged = new Dictionary<ArtifactPath, List<string>>();
        for (var round = 0; round < s_rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, WorkersInRound).Select(worker => RunAndKillAsync(round, worker, random.Next(), acknowledged)));
        }

        var visible = new Dictionary<ArtifactPath, string>();
        await foreach (var entry in _store.ListAsync())
        {
            // Reading verifies: a torn artifact throws.
            visible.Add(entry.Path, Sha256Digest.Of(await _store.ReadBytesAsync(entry.Path)).ToString());
        }

        Assert.That(acknowledged.Keys.Except(visible.Keys), Is.Empty, "lost");
        foreach (var (path, digests) in acknowledged)
        {
            // A worker may have been killed between its last write and its output line, so the content is the last reported version or one later.
            Assert.That(digests.SkipLast(1), Does.Not.Contain(visible[path]), $"'{path}' went back to an earlier version");
        }

        await TestContext.Out.WriteLineAsync(
            $"{s_rounds * WorkersInRound} kills, {acknowledged.Values.Sum(static digests => digests.Count)} writes acknowledged, {visible.Count} artifacts.");
    }

    [Test]
    public async Task A_process_without_file_locks_is_refused()
    {
        using var worker = await WorkerProcess.StartAsync(Settings, ["write-forever", "a", "10"], under: [], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));

        worker.Release();

        Assert.That(await worker.ReadLineAsync(), Is.Null, "a write is acknowledged");
        await Assert.ThatAsync(worker.ReadToEndAsync, Throws.InvalidOperationException.With.Message.Contains("does not support file locks"));
    }

    /// <summary>Lets a worker write, new artifacts or one again and again, and kills it after some writes, wherever it is then.</summary>
    private async Task RunAndKillAsync(int round, int worker, int seed, Dictionary<ArtifactPath, List<string>> acknowledged)
    {
        var random = new Random(seed);
        var size = (1 << random.Next(5, 22)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] command = worker % 2 == 0 ? ["write-forever", "new", size] : ["overwrite-forever", $"same/{round}-{worker}", size];
        using var process = await WorkerProcess.StartAsync(Settings, command);
        process.Release();
        var lines = new List<string>();
        for (var line = random.Next(6); line > 0; line--)
        {
            lines.Add((await process.ReadLineAsync())!);
        }

        Thread.SpinWait(random.Next(2_000_000));
        lines.AddRange(await process.KillAsync());
        lock (acknowledged)
        {
            foreach (var line in lines.Select(static line => line.Split(' ')))
            {
                var path = ArtifactPath.Parse(line[0]);
                acknowledged.TryAdd(path, []);
                acknowledged[path].Add(line[1]);
            }
        }
    }
}
