using System.Text.Json;

namespace MlOps.Tests.Backends;

/// <summary>A race of writers in two processes.</summary>
public static class TwoProcessRace
{
    private const int WritersInProcess = 16;

    /// <summary>Asserts that of writers in two processes exactly one creates an artifact, then exactly one replaces it, and that the others are told so.</summary>
    /// <param name="settings">The configuration of the store, in which nothing is at <paramref name="path"/>.</param>
    /// <param name="path">The artifact.</param>
    /// <returns>The digest of what the last winner wrote, which must be what the store holds.</returns>
    public static async Task<string> AssertOneWinsAsync(IReadOnlyDictionary<string, string> settings, string path)
    {
        var writers = WritersInProcess.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var created = await RunAsync(settings, "race-if-absent", path, writers);
        AssertOneWon(created, "ArtifactExistsException");

        var replaced = await RunAsync(settings, "race-if-match", path, created.Single(static outcome => outcome.Won).ETag, writers);
        AssertOneWon(replaced, "ArtifactConflictException");
        return replaced.Single(static outcome => outcome.Won).Sha256;
    }

    /// <summary>Starts two workers with the same command, lets them go together, and collects how each of their writers fared.</summary>
    /// <param name="settings">The configuration of the store.</param>
    /// <param name="command"><c>race-if-absent</c> or <c>race-if-match</c> with its arguments.</param>
    public static async Task<IReadOnlyList<RaceOutcome>> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        using var one = await WorkerProcess.StartAsync(settings, command);
        using var other = await WorkerProcess.StartAsync(settings, command);
        one.Release();
        other.Release();

        var lines = await Task.WhenAll(one.ReadToEndAsync(), other.ReadToEndAsync());
        return [.. lines.SelectMany(static printed => printed).Select(static line => JsonSerializer.Deserialize<RaceOutcome>(line)!)];
    }

    private static void AssertOneWon(IReadOnlyList<RaceOutcome> outcomes, string error)
    {
        Assert.That(outcomes, Has.Count.EqualTo(2 * WritersInProcess));
        Assert.That(outcomes.Count(static outcome => outcome.Won), Is.EqualTo(1));
        Assert.That(outcomes.Where(static outcome => !outcome.Won).Select(static outcome => outcome.Error), Is.All.EqualTo(error));
    }
}
