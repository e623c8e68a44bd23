using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

/// <summary>Binds options from a section below <c>MlOps</c>, if anything is set there.</summary>
internal sealed class SectionBinder<TOptions>(MlOpsSettings settings, string path, Action<IConfigurationSection, TOptions> bind) : IConfigureOptions<TOptions>
    where TOptions : class
{
    /// <summary>Registers the binding; again, does nothing, so that what code sets after the first time stays.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="path">The section's path below <c>MlOps</c>.</param>
    /// <param name="bind">Binds the section; a lambda where the type of the options is known, so that the binder's generator sees it.</param>
    public static void Add(IServiceCollection services, string path, Action<IConfigurationSection, TOptions> bind) => services.TryAddEnumerable(
        ServiceDescriptor.Singleton<IConfigureOptions<TOptions>, SectionBinder<TOptions>>(
            provider => new SectionBinder<TOptions>(provider.GetRequiredService<MlOpsSettings>(), path, bind)));

    public void Configure(TOptions options)
    {
        if (settings.Find(path) is { } section)
        {
            bind(section, options);
        }
    }
}
