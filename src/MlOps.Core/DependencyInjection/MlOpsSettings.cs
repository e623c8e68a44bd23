using Microsoft.Extensions.Configuration;

namespace MlOps.DependencyInjection;

/// <summary>Where settings are read: the configuration given to <c>AddMlOps</c>, or else the host's, or else none.</summary>
internal sealed class MlOpsSettings(IConfiguration? configuration)
{
    /// <summary>Gets the whole configuration.</summary>
    public IConfiguration? Configuration => configuration;

    /// <summary>Gets a section below <c>MlOps</c>, or <see langword="null"/> if nothing is set there.</summary>
    public IConfigurationSection? Find(string path) =>
        configuration?.GetSection($"{MlOpsOptions.SectionName}:{path}") is { } section && section.Exists() ? section : null;
}
