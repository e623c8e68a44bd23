using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>What runs of one store work with.</summary>
internal sealed record RunServices(
    IArtifactStore Store,
    ContentStore Content,
    RunRecords Runs,
    IModelRegistry Registry,
    MetricsPipeline Metrics,
    TrackingOptions Options,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    /// <summary>Gets the folder for metrics that the store does not take.</summary>
    public string SpoolFolder => field ??= Options.SpoolFolder ?? DefaultSpool.Create(DefaultSpool.UserFolder, Logger);
}
