using Microsoft.Extensions.Configuration;

namespace MlOps;

/// <summary>Reads settings from the configuration that was passed to <c>AddMlOps</c>, or from the configuration of the host, if any.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="replaced">The settings of an earlier <c>AddMlOps</c> call, which are replaced.</param>
internal sealed class MlOpsSettings(IConfiguration? configuration, MlOpsSettings? replaced = null)
{
    private readonly MlOpsSettings? _replaced = replaced;

    /// <summary>Gets the whole configuration.</summary>
    public IConfiguration? Configuration => configuration;

    /// <summary>Finds a section below <c>MlOps</c>.</summary>
    /// <param name="path">The path below <c>MlOps</c>; empty for the section <c>MlOps</c> itself.</param>
    /// <returns>The section, or <see langword="null"/> if it has no settings.</returns>
    public IConfigurationSection? Find(string path) =>
        configuration?.GetSection(path.Length == 0 ? MlOpsOptions.SectionName : $"{MlOpsOptions.SectionName}:{path}") is { } section && section.Exists()
            ? section
            : null;

    /// <summary>Finds the paths of settings of earlier configurations that are missing in this one, or have another value.</summary>
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
