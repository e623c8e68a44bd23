using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Registers the metrics pipeline and the built-in sink types.</summary>
internal static class MetricsRegistration
{
    /// <summary>The path below <c>MlOps</c> of the section that contains a section for each sink.</summary>
    public const string SinksPath = $"Metrics:{nameof(MetricsOptions.Sinks)}";

    public static void Add(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(MetricsPipeline)))
        {
            return;
        }

        SectionBinder<MetricsOptions>.Add(services, "Metrics", Bind);
        services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsOptionsValidator>();
        services.AddSingleton(static provider => CreatePipeline(provider));
        services.AddSingleton<IMetricsRecorder>(static provider => provider.GetRequiredService<MetricsPipeline>());
        services.AddSingleton<IHostedService, MetricsHostedService>();
        AddTypes(services);
    }

    /// <summary>Gets the logger for the metrics capability.</summary>
    public static ILogger GetLogger(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>()
        .CreateLogger(typeof(IMetricsRecorder).FullName!);

    private static void AddTypes(IServiceCollection services)
    {
        AddOptions<MeterSinkOptions, MeterSinkOptionsValidator>(services, static (section, options) => section.Bind(options));
        services.AddSingleton(new MetricsSinkType(
            MetricsSinkType.Meter,
            static (provider, name) => new MeterSink(provider.GetRequiredService<IMeterFactory>(), GetOptions<MeterSinkOptions>(provider, name)),
            static (provider, name) => GetOptions<MeterSinkOptions>(provider, name),
            SettingShape.Of<MeterSinkOptions>()));

        AddOptions<JsonLinesSinkOptions, JsonLinesSinkOptionsValidator>(services, static (section, options) => section.Bind(options));
        services.AddSingleton(new MetricsSinkType(
            MetricsSinkType.JsonLines,
            static (provider, name) => new JsonLinesSink(
                GetOptions<JsonLinesSinkOptions>(provider, name), provider.GetRequiredService<TimeProvider>(), GetLogger(provider)),
            static (provider, name) => GetOptions<JsonLinesSinkOptions>(provider, name),
            SettingShape.Of<JsonLinesSinkOptions>()));

        services.AddSingleton(new OwnFilesSource(static provider => provider.GetRequiredService<IOptions<MetricsOptions>>().Value.Sinks
            .Where(static sink => string.Equals(sink.Value.Type ?? sink.Key, MetricsSinkType.JsonLines, StringComparison.OrdinalIgnoreCase))
            .Select(sink => new OwnFiles(GetOptions<JsonLinesSinkOptions>(provider, sink.Key).Path, JsonLinesMetrics.OwnNames))));
        services.AddSingleton(
            new MetricsSinkType(MetricsSinkType.Log, static (provider, _) => new LogSink(GetLogger(provider)), static (_, _) => { }, SettingShape.Create()));
        services.AddSingleton(new MetricsSinkType(
            MetricsArchive.DefaultSink,
            static (provider, name) =>
                new ArtifactStoreSink(provider.GetRequiredService<IArtifactStore>(), name, provider.GetRequiredService<TimeProvider>(), GetLogger(provider)),
            static (_, _) => { },
            SettingShape.Create()));
    }

    private static void AddOptions<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions, TValidator>(IServiceCollection services,
        Action<IConfigurationSection, TOptions> bind)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>, new()
    {
        SectionBinder<TOptions>.AddNamed(services, static name => $"Metrics:Sinks:{name}", bind);
        services.AddSingleton<IValidateOptions<TOptions>>(new TValidator());
    }

    private static TOptions GetOptions<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(IServiceProvider provider, string name)
        where TOptions : class => provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);

    private static void Bind(IConfigurationSection section, MetricsOptions options)
    {
        section.Bind(options);
        foreach (var sink in section.GetSection(nameof(MetricsOptions.Sinks)).GetChildren())
        {
            // The binder ignores an empty section, but an empty section enables a sink.
            options.Sinks.TryAdd(sink.Key, new MetricsSinkOptions());
        }
    }

    private static MetricsPipeline CreatePipeline(IServiceProvider provider)
    {
        _ = provider.GetRequiredService<IOptions<MlOpsOptions>>().Value; // validate all settings first
        var options = provider.GetRequiredService<IOptions<MetricsOptions>>().Value;
        var types = provider.GetServices<MetricsSinkType>().ToArray();
        var sinks = (
            from sink in options.Sinks
            let type = Array.Find(types, type => type.HasName(sink.Value.Type ?? sink.Key))
            where type is not null // sinks of other programs that share the settings are logged
            select Create(provider, type, sink.Key, sink.Value)).ToArray();
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        var logger = GetLogger(provider);
        var meters = provider.GetRequiredService<IMeterFactory>();
        var pipeline = new MetricsPipeline(timeProvider, options, sinks, logger);
        _ = new MetricsInstruments(meters, pipeline);
        if (Array.Exists(sinks, static sink => sink.AcceptsMeters))
        {
            pipeline.Attach(new MeterSubscription(pipeline, options, meters, timeProvider, logger));
        }

        return pipeline;
    }

    private static ConfiguredSink Create(IServiceProvider provider, MetricsSinkType type, string name, MetricsSinkOptions options) =>
        new(name, type.Create(provider, name), options, AcceptsMeters: type.Name != MetricsSinkType.Meter);
}
