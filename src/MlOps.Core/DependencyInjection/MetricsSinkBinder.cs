using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

/// <summary>Binds the options that sinks of one type have, by the sink's name, from its section.</summary>
/// <param name="settings">The settings.</param>
/// <param name="bind">Binds the section; a lambda where the type of the options is known, so that the binder's generator sees it.</param>
internal sealed class MetricsSinkBinder<TOptions>(MlOpsSettings settings, Action<IConfigurationSection, TOptions> bind) : IConfigureNamedOptions<TOptions>
    where TOptions : class
{
    public void Configure(string? name, TOptions options)
    {
        if (settings.Find($"Metrics:Sinks:{name}") is { } section)
        {
            bind(section, options);
        }
    }

    public void Configure(TOptions options) => Configure(Options.DefaultName, options);
}
