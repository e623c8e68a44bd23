using Microsoft.Extensions.Configuration;

namespace MlOps.DependencyInjection;

/// <summary>Where settings are read: the configuration given to <c>AddMlOps</c>, or else the host's, or else none.</summary>
internal sealed class MlOpsSettings(IConfiguration? configuration)
{
    /// <summary>Gets the whole configuration.</summary>
    public IConfiguration? Configuration => configuration;

    /// <summary>Gets a section below <c>MlOps</c>, or <see langword="null"/> if nothing is set there.</summary>
    /// <param name="path">The path below <c>MlOps</c>; empty for that section itself.</param>
    public IConfigurationSection? Find(string path) =>
        configuration?.GetSection(path.Length == 0 ? MlOpsOptions.SectionName : $"{MlOpsOptions.SectionName}:{path}") is { } section && section.Exists() ? section : null;
}
