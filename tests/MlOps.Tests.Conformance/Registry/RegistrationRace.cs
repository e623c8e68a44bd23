using System.Globalization;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Tests.Conformance.Registry;

/// <summary>A race of writers in two processes for the version numbers of a model.</summary>
public static class RegistrationRace
{
    private const int WritersInProcess = 16;

    /// <summary>Asserts that two processes of sixteen writers each number their versions 1, 2, 3 … without gaps or duplicates.</summary>
    /// <param name="settings">The configuration of the store.</param>
    /// <param name="store">The store, which is empty.</param>
    public static async Task AssertNumberedAsync(IReadOnlyDictionary<string, string> settings, IArtifactStore store)
    {
        var count = Soak.Count(reduced: 100, full: 1_000);
        string[] command = ["register", "raced", (count / 2).ToString(CultureInfo.InvariantCulture), WritersInProcess.ToString(CultureInfo.InvariantCulture)];
        using var one = await WorkerProcess.StartAsync(settings, command);
        using var other = await WorkerProcess.StartAsync(settings, command);
        var started = TimeProvider.System.GetTimestamp();
        one.Release();
        other.Release();

        var printed = await Task.WhenAll(one.ReadToEndAsync(), other.ReadToEndAsync());

        await TestContext.Out.WriteLineAsync($"{count} versions in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s.");
        var numbers = printed.SelectMany(static lines => lines).Select(static line => int.Parse(line, CultureInfo.InvariantCulture)).Order();
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, count)));
        var model = (await new ModelRegistry(store).FindAsync("raced"))!;
        Assert.That(model.Versions.Select(static version => version.Number), Is.EqualTo(Enumerable.Range(1, count)));
        Assert.That(printed, Has.All.Count.EqualTo(count / 2));
    }
}
