using Microsoft.Extensions.DependencyInjection;

namespace MlOps.DependencyInjection;

/// <summary>A section below <c>MlOps</c> that is bound to options.</summary>
/// <param name="Path">The path below <c>MlOps</c>; empty for the section <c>MlOps</c> itself.</param>
/// <param name="Shape">The shape of the section.</param>
/// <param name="Validate">Validates the options by reading them. Throws if they are not valid.</param>
internal sealed record SettingsSection(string Path, SettingShape Shape, Action<IServiceProvider> Validate)
{
    public static IEnumerable<SettingsSection> In(IServiceCollection services) =>
        services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance).OfType<SettingsSection>();
}
