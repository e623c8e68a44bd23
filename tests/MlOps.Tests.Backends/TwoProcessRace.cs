using System.Text.Json;

namespace MlOps.Tests.Backends;

/// <summary>A race of writers in two processes.</summary>
public static class TwoProcessRace
{
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
}
