using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Time.Testing;
using MlOps.Maintenance;
using MlOps.Storage;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Tracking;

/// <summary>Tests with processes that are killed while they start, change, end and resume runs.</summary>
public sealed class KilledRunTests
{
    private static readonly int s_kills = Soak.Count(reduced: 30, full: 300);
    private static readonly JsonSerializerOptions s_options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Test]
    [Category("Soak")]
    public async Task Find_search_and_verification_agree_and_nothing_acknowledged_is_lost()
    {
        using var folder = new TemporaryFolder();
        using var spool = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "LocalDisk",
            ["MlOps:Storage:LocalDisk:Root"] = folder.Path,
            ["MlOps:Tracking:HeartbeatInterval"] = "00:00:01",
            ["MlOps:Tracking:SpoolFolder"] = spool.Path,
            ["MlOps:Tracking:CaptureGit"] = "false",
        };
        var random = new Random(20_261_130);
        var acknowledged = new Dictionary<string, Acknowledged>();
        for (var kill = 0; kill < s_kills; kill++)
        {
            using (var worker = await WorkerProcess.StartAsync(settings, "track-forever", "iris"))
            {
                worker.Release();
                await worker.RequireLineAsync().ContinueWith(line => Note(acknowledged, line.Result), TaskScheduler.Default);
                for (var lines = random.Next(20); lines > 0; lines--)
                {
                    Note(acknowledged, await worker.RequireLineAsync());
                }

                foreach (var line in await worker.KillAsync())
                {
                    Note(acknowledged, line);
                }
            }

            if (kill % 10 == 9 || kill == s_kills - 1)
            {
                await AssertAgreeAsync(folder.Path, spool.Path, acknowledged, TimeSpan.Zero);
                await AssertAgreeAsync(folder.Path, spool.Path, acknowledged, TimeSpan.FromDays(1));
            }
        }

        Assert.That(acknowledged, Has.Count.GreaterThan(s_kills / 2));
    }

    private static void Note(Dictionary<string, Acknowledged> acknowledged, string line)
    {
        var words = line.Split(' ');
        if (!acknowledged.TryGetValue(words[0], out var run))
        {
            acknowledged.Add(words[0], run = new Acknowledged());
        }

        switch (words[1])
        {
            case "parameters":
                run.Parameters = int.Parse(words[2], CultureInfo.InvariantCulture);
                break;
            case "points":
                run.Points = int.Parse(words[2], CultureInfo.InvariantCulture);
                break;
            case "tag":
                run.Tag = words[2];
                break;
            case "finished":
                run.IsFinished = true;
                break;
            case "running":
                run.IsFinished = false;
                break;
            default:
                throw new ArgumentException(line);
        }
    }

    private static async Task AssertAgreeAsync(string root, string spool, Dictionary<string, Acknowledged> acknowledged, TimeSpan later)
    {
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root });
        await using var lab = new Laboratory(store, new FakeTimeProvider(DateTimeOffset.UtcNow + later), spool);
        var found = await lab.Tracker.SearchRunsAsync(new RunQuery { Experiments = ["iris"], Lifecycle = RunLifecycle.All })
            .ToDictionaryAsync(static run => run.Id);
        var ids = await store.ListAsync(ArtifactPath.Parse("experiments/iris/runs"))
            .Select(static entry => entry.Path.ToString().Split('/')[3]).Distinct().ToListAsync();

        Assert.That(found.Keys, Is.EquivalentTo(ids), "A search finds every run that has begun, and no other.");
        Assert.That(ids, Is.SupersetOf(acknowledged.Keys));
        await using var other = new Laboratory(store, lab.Clock, spool);
        foreach (var id in ids)
        {
            var run = (await other.Tracker.FindRunAsync(id))!;
            Assert.That(JsonSerializer.Serialize(found[id], s_options), Is.EqualTo(JsonSerializer.Serialize(run, s_options)), $"after {later}");
            if (acknowledged.TryGetValue(id, out var expected))
            {
                await AssertKeptAsync(other, run, expected);
            }
        }

        var report = await lab.Get<IStoreMaintenance>().VerifyAsync();
        Assert.That(report.Faults, Is.Empty);
    }

    private static async Task AssertKeptAsync(Laboratory lab, Run run, Acknowledged expected)
    {
        var steps = await (await lab.Tracker.OpenRunAsync(run)).ReadMetricsAsync("loss").Select(static point => point.Step!.Value).ToListAsync();
        Assert.That(steps, Has.Count.GreaterThanOrEqualTo(expected.Points), run.Id);
        Assert.That(steps, Is.EqualTo(Enumerable.Range(0, steps.Count).Select(static step => (long)step)), "no point is missing or duplicated");
        Assert.That(run.Parameters, Has.Count.GreaterThanOrEqualTo(expected.Parameters), run.Id);
        Assert.That(expected.Tag is null || run.Tags.ContainsKey("tag"), run.Id);
        Assert.That(!expected.IsFinished || run.Status != RunStatus.Failed, run.Id);
    }

    /// <summary>The acknowledged calls for a run.</summary>
    private sealed class Acknowledged
    {
        public int Parameters { get; set; }

        public int Points { get; set; }

        public string? Tag { get; set; }

        public bool IsFinished { get; set; }
    }
}
