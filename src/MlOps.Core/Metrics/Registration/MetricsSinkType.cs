using MlOps.DependencyInjection;

namespace MlOps.Metrics;

/// <summary>A type of metrics sink that the settings can switch on.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Create">Makes the sink of a name.</param>
/// <param name="Validate">Reads the options that sinks of this type have besides those of all, which throws if they are not valid.</param>
/// <param name="Shape">The shape of these options; <see langword="null"/> if it is not known.</param>
internal sealed record MetricsSinkType(string Name, Func<IServiceProvider, string, IMetricsSink> Create, Action<IServiceProvider, string> Validate, SettingShape? Shape)
{
    public const string Meter = nameof(Meter);
    public const string JsonLines = nameof(JsonLines);
    public const string Log = nameof(Log);

    public bool HasName(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}
