using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MlOps.DependencyInjection;

/// <summary>Where settings are read: the configuration given to <c>AddMlOps</c>, or else the host's, or else none.</summary>
internal sealed class MlOpsSettings
{
    private readonly IConfiguration? _configuration;

    [ActivatorUtilitiesConstructor]
    public MlOpsSettings(IServiceProvider services) => _configuration = services.GetService<IConfiguration>();

    public MlOpsSettings(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Gets a section below <c>MlOps</c>, or <see langword="null"/> if nothing is set there.</summary>
    public IConfigurationSection? Find(string path) =>
        _configuration?.GetSection($"{MlOpsOptions.SectionName}:{path}") is { } section && section.Exists() ? section : null;
}
