using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MlOps.Tracking;

/// <summary>A run in an in-memory store, with access to its stored data.</summary>
internal sealed class TrackedRun : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly DirectoryInfo _cache;

    private TrackedRun(ServiceProvider services, DirectoryInfo cache, IRun run)
    {
        _services = services;
        _cache = cache;
        Run = run;
    }

    public IRun Run { get; }

    public IExperimentTracker Tracker => _services.GetRequiredService<IExperimentTracker>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<TrackedRun> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var cache = Directory.CreateTempSubdirectory("mlops-cache-");
        var settings = new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Memory",
            ["MlOps:Tracking:CaptureGit"] = "false",
            ["MlOps:Serving:CacheFolder"] = cache.FullName,
        };
        var services = new ServiceCollection();
        services.AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddMLNetModels();
        configure?.Invoke(services);
        var provider = services.BuildServiceProvider();
        return new TrackedRun(provider, cache, await provider.GetRequiredService<IExperimentTracker>().StartRunAsync("test", new RunStart { Seed = 1 }));
    }

    public async Task<IReadOnlyDictionary<string, double>> EndAsync()
    {
        await Run.EndAsync();
        return (await Tracker.FindRunAsync(Run.Info.Id))!.Metrics;
    }

    public async Task<string[]> ListAsync() => [.. (await OpenAsync()).Artifacts.Select(static file => file.Path)];

    public async Task<string> ReadAsync(string path)
    {
        await using var content = await (await OpenAsync()).OpenArtifactAsync(path);
        using var reader = new StreamReader(content.Stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Reads a table of numbers without its head.</summary>
    public async Task<double[][]> ReadNumbersAsync(string path) =>
    [
        .. (await ReadAsync(path)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(static line => Array.ConvertAll(line.Split(','), static cell => double.Parse(cell, CultureInfo.InvariantCulture))),
    ];

    /// <summary>Reads the history of a metric.</summary>
    public async Task<(long? Step, double Value)[]> ReadMetricAsync(string name)
    {
        var points = new List<(long?, double)>();
        await foreach (var point in (await OpenAsync()).ReadMetricsAsync(name))
        {
            points.Add((point.Step, point.Value));
        }

        return [.. points];
    }

    public async ValueTask DisposeAsync()
    {
        await Run.DisposeAsync();
        await _services.DisposeAsync();
        _cache.Delete(recursive: true);
    }

    private async Task<RunContents> OpenAsync() => await Tracker.OpenRunAsync((await Tracker.FindRunAsync(Run.Info.Id))!);
}
