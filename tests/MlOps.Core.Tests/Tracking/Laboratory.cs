using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A process, as it were: services of its own over a store that others may use too, with a clock that stands still.</summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Laboratory(IArtifactStore store, FakeTimeProvider clock, string spool, params (string Key, string Value)[] settings)
    {
        Clock = clock;
        Store = new PluggableStore(store);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append(("Storage:Provider", "Mine")).Append(("Tracking:SpoolFolder", spool)).Append(("Tracking:CaptureGit", "false")).Append(("Tracking:DeliveryTimeout", "00:00:00"))
                .Select(static pair => KeyValuePair.Create($"MlOps:{pair.Item1}", (string?)pair.Item2)))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(Logs)));
        services.AddMlOps(configuration).AddArtifactStore("Mine", _ => Store);
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; }

    /// <summary>Gets the store as this process reaches it, which can be unplugged.</summary>
    public PluggableStore Store { get; }

    public FakeLogCollector Logs { get; } = new();

    public IExperimentTracker Tracker => Get<IExperimentTracker>();

    public IExperimentStore Experiments => Get<IExperimentStore>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Advances the clock to the next heartbeat of the runs of this process, and waits until all summaries are of it.</summary>
    public async Task BeatAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(15));
        var now = Clock.GetUtcNow();
        await Until.IsTrueAsync(async () => await Store.ListAsync(ArtifactPath.Parse("experiments"))
            .Where(static entry => entry.Path.ToString().Contains("/summaries/", StringComparison.Ordinal)).AllAsync(entry => entry.LastModified >= now));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Finds the names of runs in their order.</summary>
    public async Task<string[]> SearchAsync(string filter, string experiment = "iris", params string[] orderBy) =>
        await Tracker.SearchRunsAsync(new RunQuery { Experiments = [experiment], Filter = filter, OrderBy = orderBy }).Select(static run => run.Name).ToArrayAsync();
}
