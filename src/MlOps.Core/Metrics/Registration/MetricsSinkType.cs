using MlOps.DependencyInjection;

namespace MlOps.Metrics;

/// <summary>A type of metrics sink that can be enabled in the settings.</summary>
/// <param name="Name">The name of the type in the settings.</param>
/// <param name="Create">Creates the sink with a name.</param>
/// <param name="Validate">Validates the type-specific options by reading them. Throws if they are not valid.</param>
/// <param name="Shape">The shape of the type-specific options; <see langword="null"/> if unknown.</param>
internal sealed record MetricsSinkType(string Name, Func<IServiceProvider, string, IMetricsSink> Create, Action<IServiceProvider, string> Validate,
    SettingShape? Shape)
{
    public const string Meter = nameof(Meter);
    public const string JsonLines = nameof(JsonLines);
    public const string Log = nameof(Log);

    public bool HasName(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}
