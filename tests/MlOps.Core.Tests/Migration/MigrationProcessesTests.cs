using MlOps.Storage;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Migration;

/// <summary>Pairs of migrations that are killed while the source is in use.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MigrationProcessesTests : IDisposable
{
    private const int KillsInMove = 10;
    private static readonly int s_moves = Soak.Count(reduced: 2, full: 8);
    private readonly TemporaryFolder _sourceFolder = new();
    private readonly LocalDiskArtifactStore _source;

    public MigrationProcessesTests() => _source = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _sourceFolder.Path });

    public void Dispose() => _sourceFolder.Dispose();

    [Test]
    [Category("Soak")]
    public async Task After_any_number_of_kills_the_target_is_consistent_and_the_next_run_continues()
    {
        var random = new Random(20261123);
        await SampleRecords.FillAsync(_source);
        var broken = 0;
        for (var move = 0; move < s_moves; move++)
        {
            using var targetFolder = new TemporaryFolder();
            var target = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = targetFolder.Path });
            for (var kill = 0; kill < KillsInMove; kill += 2)
            {
                await RecordAsync($"{move} {kill}");
                var ended = await Task.WhenAll(RunAndKillAsync(targetFolder, random.Next()), RunAndKillAsync(targetFolder, random.Next()));
                broken += ended.Count(static completed => !completed);
                await SampleRecords.AssertWholeAsync(target);
            }

            var report = await new ArtifactMigrator(_source, target).RunAsync(new() { Verification = MigrationVerification.Content });
            Assert.That(report.IsComplete, Is.True, report.ToString());
            Assert.That(await SampleRecords.ReadAsync(target), Is.EqualTo(await SampleRecords.ReadAsync(_source)));
        }

        await TestContext.Out.WriteLineAsync(
            $"{s_moves * KillsInMove} kills, {broken} of them before the migration had ended; {(await SampleRecords.ReadAsync(_source)).Count} artifacts.");

        // Usually most are broken. On a busy machine, a worker may have ended before it is killed.
        Assert.That(broken, Is.Positive);
    }

    private async Task RecordAsync(string round)
    {
        using var churn = new SampleRecords(_source, "models/churn");
        await churn.AddAsync($"weights of round {round}", "labels");
        using var other = new SampleRecords(_source, $"datasets/of {round}");
        await other.AddAsync($"rows of round {round}");
    }

    /// <summary>Starts a worker that migrates, and kills it after it has processed a number of artifacts.</summary>
    /// <returns><see langword="true"/> if the migration had ended.</returns>
    private async Task<bool> RunAndKillAsync(TemporaryFolder target, int seed)
    {
        var random = new Random(seed);
        using var process = await WorkerProcess.StartAsync(
            new Dictionary<string, string>
            {
                ["MlOps:Storage:Provider"] = "LocalDisk",
                ["MlOps:Storage:LocalDisk:Root"] = _sourceFolder.Path,
                ["MlOps:Storage:target:Root"] = target.Path,
            },
            "migrate",
            "LocalDisk",
            "target");
        process.Release();
        string? line = "";
        for (var left = random.Next(120); left > 0 && line is not null; left--)
        {
            line = await process.ReadLineAsync();
        }

        Thread.SpinWait(random.Next(200_000));
        return (await process.KillAsync()).Append(line ?? "Copied").Any(static printed => printed.StartsWith("Copied", StringComparison.Ordinal));
    }
}
