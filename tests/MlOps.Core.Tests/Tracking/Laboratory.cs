using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Simulates a process: a service provider with a fake clock over a store that other instances can share.</summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Laboratory(IArtifactStore store, FakeTimeProvider clock, string spool, params (string Key, string Value)[] settings)
    {
        Clock = clock;
        Store = new PluggableStore(store);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings
                .Append(("Storage:Provider", "Mine")).Append(("Tracking:SpoolFolder", spool))
                .Append(("Tracking:CaptureGit", "false")).Append(("Tracking:DeliveryTimeout", "00:00:00"))
                .Select(static pair => KeyValuePair.Create($"MlOps:{pair.Item1}", (string?)pair.Item2)))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(Logs)));
        services.AddMlOps(configuration).AddArtifactStore("Mine", _ => Store);
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; }

    /// <summary>Gets the connection of this process to the store, which can be interrupted.</summary>
    public PluggableStore Store { get; }

    public FakeLogCollector Logs { get; } = new();

    public IExperimentTracker Tracker => Get<IExperimentTracker>();

    public IExperimentStore Experiments => Get<IExperimentStore>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Advances the clock to the next heartbeat, and waits until the heartbeat has written all summaries.</summary>
    public async Task BeatAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(15));
        var now = Clock.GetUtcNow();
        await Until.IsTrueAsync(async () => await Store.ListAsync(ArtifactPath.Parse("experiments"))
            .Where(static entry => entry.Path.ToString().Contains("/summaries/", StringComparison.Ordinal)).AllAsync(entry => entry.LastModified >= now));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Searches for runs and returns their names in order.</summary>
    public async Task<string[]> SearchAsync(string filter, string experiment = "iris", params string[] orderBy) =>
        await Tracker.SearchRunsAsync(new RunQuery { Experiments = [experiment], Filter = filter, OrderBy = orderBy })
            .Select(static run => run.Name).ToArrayAsync();
}
