using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Testing;
using MlOps.Tests.Backends;
using MlOps.Tracking;

namespace MlOps.Tests.Conformance.Tracking;

/// <summary>Runs of two processes at once in one experiment.</summary>
public static class RunRace
{
    private const int RunsInProcess = 8;
    private static readonly int s_points = Soak.Count(reduced: 2_000, full: 20_000);

    /// <summary>Asserts that two processes with eight runs each at once record them, and that each is read back exactly.</summary>
    /// <param name="settings">The configuration of the store.</param>
    /// <param name="store">The store, which is empty.</param>
    public static async Task AssertExactAsync(IReadOnlyDictionary<string, string> settings, IArtifactStore store)
    {
        string[] command = ["track", "raced", RunsInProcess.ToString(CultureInfo.InvariantCulture), s_points.ToString(CultureInfo.InvariantCulture)];
        using var one = await WorkerProcess.StartAsync(settings, command);
        using var other = await WorkerProcess.StartAsync(settings, command);
        one.Release();
        other.Release();
        var printed = (await Task.WhenAll(one.ReadToEndAsync(), other.ReadToEndAsync())).SelectMany(static lines => lines).ToArray();

        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = "Raced").AddArtifactStore("Raced", _ => store);
        await using var provider = services.BuildServiceProvider();
        var tracker = provider.GetRequiredService<IExperimentTracker>();
        var found = await tracker.SearchRunsAsync(new RunQuery { Experiments = ["raced"], Filter = "status = 'finished'" }).ToListAsync();
        Assert.That(found.Select(static run => $"{run.Id} {run.Name}"), Is.EquivalentTo(printed));
        Assert.That(printed, Has.Length.EqualTo(2 * RunsInProcess));
        foreach (var run in found)
        {
            await AssertExactAsync(await tracker.OpenRunAsync(run));
        }
    }

    private static async Task AssertExactAsync(RunContents contents)
    {
        var (run, number) = (contents.Run, int.Parse(contents.Run.Name, CultureInfo.InvariantCulture));
        var points = await contents.ReadMetricsAsync("loss").Select(static point => (point.Step, point.Value)).ToListAsync();
        await using var artifact = await contents.OpenArtifactAsync("note.txt");
        using var reader = new StreamReader(artifact.Stream);

        Assert.That(points, Is.EqualTo(Enumerable.Range(0, s_points).Select(step => ((long?)step, number + (1.0 / (step + 1))))));
        Assert.That(run.Parameters, Is.EqualTo(new Dictionary<string, string> { ["number"] = run.Name }));
        Assert.That(run.Metrics["loss"], Is.EqualTo(number + (1.0 / s_points)));
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo($"run {number}"));
    }
}
