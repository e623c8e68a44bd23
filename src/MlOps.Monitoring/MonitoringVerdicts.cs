using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MlOps.Monitoring.Evaluation;
using MlOps.Registry;

namespace MlOps.Monitoring;

/// <summary>The results of the last evaluation of each model by this process, for its status document.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class MonitoringVerdicts(TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, JsonObject> _verdicts = new(StringComparer.Ordinal);

    public JsonNode? Find(string model) => _verdicts.GetValueOrDefault(model)?.DeepClone();

    public void Set(string model, IReadOnlyList<WindowEvaluation> evaluations, RegisteredModel registered)
    {
        var last = evaluations.MaxBy(static item => item.End);
        _verdicts[model] = new JsonObject
        {
            ["evaluated"] = timeProvider.GetUtcNow(),
            ["windowEnd"] = last?.End,
            ["version"] = last?.Version,
            ["driftedShare"] = last?.Inputs?.DriftedShare,
            ["coverage"] = last?.Quality?.Coverage,
            ["alerts"] = new JsonArray(
                [.. registered.Alerts.Values.Where(static alert => alert.IsActive).Select(static alert => (JsonNode)alert.Key)]),
        };
    }
}
