using Microsoft.Extensions.Configuration;

namespace MlOps;

/// <summary>Where settings are read: the configuration given to <c>AddMlOps</c>, or else the host's, or else none.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="replaced">The settings of an earlier <c>AddMlOps</c> call, which are not read.</param>
internal sealed class MlOpsSettings(IConfiguration? configuration, MlOpsSettings? replaced = null)
{
    private readonly MlOpsSettings? _replaced = replaced;

    /// <summary>Gets the whole configuration.</summary>
    public IConfiguration? Configuration => configuration;

    /// <summary>Gets a section below <c>MlOps</c>, or <see langword="null"/> if nothing is set there.</summary>
    /// <param name="path">The path below <c>MlOps</c>; empty for that section itself.</param>
    public IConfigurationSection? Find(string path) =>
        configuration?.GetSection(path.Length == 0 ? MlOpsOptions.SectionName : $"{MlOpsOptions.SectionName}:{path}") is { } section && section.Exists() ? section : null;

    /// <summary>Finds the paths of settings that an earlier configuration has and this one has not, or with another value.</summary>
    public IEnumerable<string> FindReplaced()
    {
        for (var earlier = _replaced; earlier is not null; earlier = earlier._replaced)
        {
            foreach (var (path, value) in earlier.Find("")?.AsEnumerable() ?? [])
            {
                if (value is not null && configuration?[path] != value)
                {
                    yield return path;
                }
            }
        }
    }
}
