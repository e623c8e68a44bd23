using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The services that all served models share.</summary>
internal sealed class ModelServices(
    Lazy<IModelRegistry> registry,
    Lazy<StoreMarker> marker,
    IEnumerable<IModelLoader> loaders,
    ServingOptions options,
    ModelMemory memory,
    ModelInstruments instruments,
    TimeProvider timeProvider,
    ILoggerFactory loggers)
{
    /// <summary>Gets the registry, which is created when the first model needs it.</summary>
    public IModelRegistry Registry => registry.Value;

    /// <summary>Gets the marker of the store of the registry.</summary>
    public StoreMarker Marker => marker.Value;

    public ServingOptions Options { get; } = options;

    public ModelMemory Memory { get; } = memory;

    public ModelInstruments Instruments { get; } = instruments;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public ILoggerFactory Loggers { get; } = loggers;

    /// <summary>Gets the formats that the registered loaders load.</summary>
    public IReadOnlyList<string> Formats { get; } = [.. loaders.Select(static loader => loader.Format).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Describes the loaders that are registered, for messages.</summary>
    public string DescribeLoaders() =>
        Formats.Count == 0 ? "No loader is registered. " : $"There are loaders of {string.Join(", ", Formats.Select(static format => $"'{format}'"))}. ";

    /// <summary>Creates the services of a warm-up, whose predictions are measured as those of callers are, and reported nowhere.</summary>
    public ModelServices ForWarmUp() => new(registry, marker, loaders, Options, Memory, ModelInstruments.OfWarmUp, TimeProvider, Loggers);

    /// <summary>Gets the loader of a version's format; of several the one registered last.</summary>
    /// <exception cref="ModelCheckException">There is none.</exception>
    public IModelLoader GetLoader(ModelVersion version) =>
        loaders.LastOrDefault(loader => string.Equals(loader.Format, version.Format, StringComparison.OrdinalIgnoreCase))
        ?? throw new ModelCheckException(
            $"Nothing can load version {version.Number} of the model '{version.Model}', whose format is '{version.Format}'. "
            + NearestName.Suggest(version.Format, Formats)
            + DescribeLoaders()
            + "Add the package and the call, such as services.AddMlOps(configuration).AddOnnxModels(), AddMLNetModels() or AddModelLoader<T>().");
}
