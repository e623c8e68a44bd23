using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The components that all served models of a process share.</summary>
internal sealed class ServingRuntime(
    Lazy<IModelRegistry> registry,
    Lazy<StoreMarker> marker,
    ModelLoaders loaders,
    ServingOptions options,
    ModelMemoryBudget memory,
    ModelInstruments instruments,
    PredictionObservers observers,
    MemoryMeter memoryMeter,
    ResourceRecorder resources,
    TimeProvider timeProvider,
    ILoggerFactory loggers)
{
    /// <summary>Gets the registry, which is created when the first model needs it.</summary>
    public IModelRegistry Registry => registry.Value;

    /// <summary>Gets the marker of the registry's store.</summary>
    public StoreMarker Marker => marker.Value;

    public ModelLoaders Loaders { get; } = loaders;

    public ServingOptions Options { get; } = options;

    public ModelMemoryBudget Memory { get; } = memory;

    public ModelInstruments Instruments { get; } = instruments;

    public PredictionObservers Observers { get; } = observers;

    public MemoryMeter MemoryMeter { get; } = memoryMeter;

    public ResourceRecorder Resources { get; } = resources;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public ILoggerFactory Loggers { get; } = loggers;

    /// <summary>Creates the runtime of a warm-up, which measures predictions as usual but reports no metrics.</summary>
    public ServingRuntime ForWarmUp() => new(
        registry, marker, Loaders, Options, Memory, ModelInstruments.ForWarmUp, Observers, MemoryMeter, Resources, TimeProvider, Loggers);
}
