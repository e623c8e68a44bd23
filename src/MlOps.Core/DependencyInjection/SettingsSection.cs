using Microsoft.Extensions.DependencyInjection;

namespace MlOps.DependencyInjection;

/// <summary>A section below <c>MlOps</c> that options are bound from.</summary>
/// <param name="Path">The path below <c>MlOps</c>; empty for that section itself.</param>
/// <param name="Shape">The shape of the section.</param>
/// <param name="Validate">Reads the options, which throws if they are not valid.</param>
internal sealed record SettingsSection(string Path, SettingShape Shape, Action<IServiceProvider> Validate)
{
    public static IEnumerable<SettingsSection> In(IServiceCollection services) =>
        services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance).OfType<SettingsSection>();
}
