using System.Text.Json;
using MlOps.Testing;

namespace MlOps.Tests.Backends;

/// <summary>Races of writers in two processes.</summary>
public static class TwoProcessRace
{
    private const int WritersInProcess = 16;
    private static readonly int s_rounds = Soak.Count(reduced: 4, full: 10);

    /// <summary>Gets the artifacts that are raced for beside one.</summary>
    /// <param name="path">The one, which comes last.</param>
    public static IReadOnlyList<string> PathsOf(string path) => [.. Enumerable.Range(1, s_rounds - 1).Select(round => $"{path}-{round}"), path];

    /// <summary>Asserts that of writers in two processes exactly one creates an artifact, then exactly one replaces it, and that the others are
    /// told so; in several rounds.</summary>
    /// <param name="settings">The configuration of the store, in which nothing is at <paramref name="path"/>.</param>
    /// <param name="path">The artifact of the last round.</param>
    /// <returns>The digest of what the last winner wrote there, which must be what the store holds.</returns>
    public static async Task<string> AssertOneWinsAsync(IReadOnlyDictionary<string, string> settings, string path) =>
        (await AssertOneWinsEachAsync(settings, PathsOf(path)))[path];

    /// <summary>Asserts the same of several artifacts, one after another.</summary>
    /// <param name="settings">The configuration of the store, in which nothing is at the paths.</param>
    /// <param name="paths">The artifacts.</param>
    /// <returns>For each the digest of what the last winner wrote.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> AssertOneWinsEachAsync(
        IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> paths)
    {
        var writers = WritersInProcess.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var one = await WorkerProcess.StartAsync(settings, "race", writers);
        using var other = await WorkerProcess.StartAsync(settings, "race", writers);
        one.Release();
        other.Release();

        var winners = new Dictionary<string, string>();
        foreach (var path in paths)
        {
            var created = await RunAsync(one, other, path, "ArtifactExistsException");
            var replaced = await RunAsync(one, other, $"{path} {created.ETag}", "ArtifactConflictException");
            winners.Add(path, replaced.Sha256);
        }

        return winners;
    }

    /// <summary>Lets both workers race, and asserts that one writer wins and the others get an error.</summary>
    private static async Task<RaceOutcome> RunAsync(WorkerProcess one, WorkerProcess other, string race, string error)
    {
        one.Send(race);
        other.Send(race);
        var outcomes = new List<RaceOutcome>();
        foreach (var worker in new[] { one, other })
        {
            for (var writer = 0; writer < WritersInProcess; writer++)
            {
                outcomes.Add(JsonSerializer.Deserialize<RaceOutcome>(await worker.RequireLineAsync())!);
            }
        }

        Assert.That(outcomes.Count(static outcome => outcome.Won), Is.EqualTo(1));
        Assert.That(outcomes.Where(static outcome => !outcome.Won).Select(static outcome => outcome.Error), Is.All.EqualTo(error));
        return outcomes.Single(static outcome => outcome.Won);
    }
}
