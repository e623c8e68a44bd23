using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The components and settings that the runs of one store share.</summary>
internal sealed record TrackingContext(
    IArtifactStore Store,
    ContentStore Content,
    RunRecords Runs,
    IModelRegistry Registry,
    MetricsPipeline Metrics,
    TrackingOptions Options,
    RunLocator Locator,
    ActiveRuns ActiveRuns,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    /// <summary>The number of missing heartbeats after which a run is treated as interrupted.</summary>
    private const int MissedHeartbeats = 4;

    /// <summary>Gets the time without a heartbeat after which a run is treated as interrupted.</summary>
    public TimeSpan HeartbeatTimeout => MissedHeartbeats * Options.HeartbeatInterval;

    /// <summary>Gets the spool folder, which buffers metrics while the store is unavailable.</summary>
    public string SpoolFolder => field ??= Options.SpoolFolder ?? DefaultSpoolFolder.Create(DefaultSpoolFolder.UserFolder, Logger);
}
