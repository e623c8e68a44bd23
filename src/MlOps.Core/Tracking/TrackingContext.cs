using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>What runs of one store work with.</summary>
internal sealed record TrackingContext(
    IArtifactStore Store,
    ContentStore Content,
    RunRecords Runs,
    IModelRegistry Registry,
    MetricsPipeline Metrics,
    TrackingOptions Options,
    RunLocator Pointers,
    ActiveRuns Active,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    /// <summary>The number of heartbeats after which a run that has missed them counts as interrupted.</summary>
    private const int MissedHeartbeats = 4;

    /// <summary>Gets the time after which a run counts as interrupted if nothing is heard of it.</summary>
    public TimeSpan HeartbeatTimeout => MissedHeartbeats * Options.HeartbeatInterval;

    /// <summary>Gets the folder for metrics that the store does not take.</summary>
    public string SpoolFolder => field ??= Options.SpoolFolder ?? DefaultSpoolFolder.Create(DefaultSpoolFolder.UserFolder, Logger);
}
