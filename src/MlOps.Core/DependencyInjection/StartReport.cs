using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>Logs the effective settings when the host starts, before models are loaded.</summary>
internal sealed partial class StartReport(
    IServiceProvider services, MlOpsSettings settings, IEnumerable<ArtifactStoreRegistration> stores, ILoggerFactory loggers) : IHostedService
{
    private readonly ILogger _logger = loggers.CreateLogger(MlOpsOptions.SectionName);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            ReportStores();
            ReportGates();
            ReportSinks();
            ReportModels();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void ReportStores()
    {
        var provider = services.GetRequiredService<IOptions<MlOpsOptions>>().Value.Storage.Provider;
        var selected = stores.FirstOrDefault(store => store.HasKey(provider)); // null if the application registered the keyed store itself
        var isOwn = services.GetRequiredService<ArtifactStoreSelector>().Key == ArtifactStoreSelector.OwnKey && !ReferenceEquals(
            services.GetRequiredService<IArtifactStore>(), services.GetKeyedService<IArtifactStore>(selected?.Key ?? provider));
        LogStore(DescribeSelected(selected?.Key ?? provider, isOwn), isOwn ? "which the application registers as IArtifactStore" : DescribeChoice(provider));
        foreach (var other in stores.Where(other => other != selected && HasSettings(other)))
        {
            LogNotSelected(other.Key, isOwn ? "the application's IArtifactStore" : $"'{selected?.Key ?? provider}'");
        }
    }

    private string DescribeSelected(string key, bool isOwn)
    {
        var store = services.GetRequiredService<IArtifactStore>();
        if (isOwn || services.GetKeyedService<InstrumentedArtifactStore>(key) is not { } inner)
        {
            return Describe(store);
        }

        return ReferenceEquals(store, inner) ? Describe(key, store) : $"{Describe(key, inner)} decorated by {store.GetType().Name}";
    }

    private bool HasSettings(ArtifactStoreRegistration store) =>
        settings.Find($"Storage:{store.Key}") is not null || store.HasCode;

    private string DescribeChoice(string provider) => settings.Find("Storage:Provider") is not null
        ? "which MlOps:Storage:Provider selects"
        : provider == LocalDiskStorageOptions.DefaultKey ? "the default; MlOps:Storage:Provider is not set"
            : "which code selects; MlOps:Storage:Provider is not set";

    private static string Describe(string key, IArtifactStore store) =>
        Describe(store) is var text && text.StartsWith(key, StringComparison.OrdinalIgnoreCase) ? text : $"'{key}' ({text})";

    private static string Describe(IArtifactStore store) => store.ToString() ?? store.GetType().Name;

    private void ReportGates()
    {
        var options = services.GetRequiredService<IOptions<RegistryOptions>>().Value;
        foreach (var (alias, policy) in options.Aliases.OrderBy(static alias => alias.Key, StringComparer.OrdinalIgnoreCase))
        {
            LogGates(alias, policy.Describe());
        }

        if (options.Aliases.Count == 0)
        {
            LogNoGates();
        }
    }

    private void ReportSinks()
    {
        var types = services.GetServices<MetricsSinkType>().ToArray();
        var sinks = services.GetRequiredService<IOptions<MetricsOptions>>().Value.Sinks
            .Where(sink => Array.Exists(types, type => type.HasName(sink.Value.Type ?? sink.Key)))
            .Select(static sink => sink.Value.Type is { } type && type != sink.Key ? $"'{sink.Key}' (type {type})" : $"'{sink.Key}'")
            .Order(StringComparer.Ordinal).ToArray();
        if (sinks.Length == 0)
        {
            LogNoSinks();
        }
        else
        {
            LogSinks(string.Join(", ", sinks));
        }
    }

    private void ReportModels()
    {
        foreach (var served in services.GetServices<ServedModelRegistration>())
        {
            var options = services.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get(served.Name);
            var interval = options.PollInterval == TimeSpan.Zero ? "only on request" : $"every {options.PollInterval:c}";
            if (options.File is { } file)
            {
                LogFile(served.Name, Path.GetFullPath(file), options.Start, interval);
                continue;
            }

            var version = options.Version is { } number ? $"version {number}" : $"the alias '{options.Alias}'";
            LogModel(served.Name, version, options.Model ?? served.Name, options.Start, interval);
        }
    }

    [LoggerMessage(110, LogLevel.Information, "Artifacts are stored in {Store}, {Reason}.")]
    private partial void LogStore(string store, string reason);

    [LoggerMessage(
        111,
        LogLevel.Information,
        "The store '{Store}' has settings but is not selected. Artifacts are stored in {Selected}. To select it, set MlOps:Storage:Provider to '{Store}'.")]
    private partial void LogNotSelected(string store, string selected);

    [LoggerMessage(410, LogLevel.Information, "The alias '{Alias}' has these promotion gates: {Gates}.")]
    private partial void LogGates(string alias, string gates);

    [LoggerMessage(411, LogLevel.Information, "No alias has promotion gates. MlOps:Registry:Aliases is not set.")]
    private partial void LogNoGates();

    [LoggerMessage(
        630,
        LogLevel.Information,
        "The model '{Name}' serves {Version} of '{Model}'. Its start mode is {Start}, and the registry is polled {Interval}.")]
    private partial void LogModel(string name, string version, string model, ModelStartMode start, string interval);

    [LoggerMessage(
        631,
        LogLevel.Information,
        "The model '{Name}' serves '{File}' without the registry. Its start mode is {Start}, and the file is polled {Interval}.")]
    private partial void LogFile(string name, string file, ModelStartMode start, string interval);

    [LoggerMessage(740, LogLevel.Information, "Metrics are delivered to the sinks {Sinks}.")]
    private partial void LogSinks(string sinks);

    [LoggerMessage(741, LogLevel.Information, "No metrics sink is enabled. MlOps:Metrics:Sinks is not set.")]
    private partial void LogNoSinks();
}
