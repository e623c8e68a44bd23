using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The registered model loaders.</summary>
internal sealed class ModelLoaders(IEnumerable<IModelLoader> loaders)
{
    /// <summary>Gets the formats that the loaders support.</summary>
    public IReadOnlyList<string> Formats { get; } = [.. loaders.Select(static loader => loader.Format).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Describes the registered loaders for an error message.</summary>
    public string Describe() => Formats.Count == 0
        ? "No loader is registered. "
        : $"Loaders are registered for {string.Join(", ", Formats.Select(static format => $"'{format}'"))}. ";

    /// <summary>Gets the loader of a version's format. If several loaders support the format, the one registered last is used.</summary>
    /// <exception cref="ModelCheckException">No loader supports the format.</exception>
    public IModelLoader GetLoader(ModelVersion version) =>
        loaders.LastOrDefault(loader => string.Equals(loader.Format, version.Format, StringComparison.OrdinalIgnoreCase))
        ?? throw new ModelCheckException(
            $"Version {version.Number} of the model '{version.Model}' cannot be loaded: no loader supports its format '{version.Format}'. "
            + NearestName.Suggest(version.Format, Formats)
            + Describe()
            + "Add the package and the call, such as services.AddMlOps(configuration).AddOnnxModels(), AddMLNetModels() or AddModelLoader<T>().");
}
